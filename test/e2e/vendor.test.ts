import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SmokeDocument } from '../../src/model/smoke.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { type Lab, listed, NO_LAB, startLab } from '../support/lab.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../support/shared-cn2.ts';

const why = NO_LAB ?? (HAS_SHARED_CN2 ? undefined : "the vendor's files are not beside the checkout");
const suite = why === undefined ? describe : describe.skip;

suite.each([
  ['22.2', '22.2.0.93'],
  ['23.4', 'cn2.23.4.0.59'],
])(`the vendor's manifests of %s in the lab${why === undefined ? '' : ` (skipped: ${why})`}`, (release, version) => {
  let folder: string;
  let lab: Lab;

  beforeAll(async () => {
    folder = guideCopy((text) =>
      text
        .replace('version: 22.2.0.93', `version: ${version}`)
        .replace('manifests: cn2/22.2', `manifests: cn2/${release}`)
        .replace(/^ {2}registry: .*\n/m, ''),
    );
    rmSync(join(folder, 'cn2'), { recursive: true });
    for (const [path, text] of Object.entries(vendorRelease(release))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    lab = await startLab(folder);
  }, 2_400_000);

  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  test('their deployer becomes Available and the attach completes, packets included', async () => {
    const run = (...args: string[]) => cli(folder, args, { environment: lab.environment });
    expect((await run('render')).exitCode).toBe(0);
    const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
    expect([planned.exitCode, planned.stderr]).toEqual([2, '']);
    const applied = await run('apply', '--format', 'json');
    const document = JSON.parse(applied.stdout) as { outcome: string; reason?: string; smoke?: SmokeDocument };
    expect([document.outcome, document.reason]).toEqual(['done', undefined]);
    expect(document.smoke?.pairs.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(applied.exitCode).toBe(0);
    const deployers = (await listed(lab.clusters.get('cluster2')!, 'Deployment')).filter(
      ({ metadata }) => metadata.name === 'contrail-k8s-deployer',
    );
    expect(deployers.map(({ status }) => (status as { availableReplicas?: number }).availableReplicas)).toEqual([1]);
    expect((await run('plan')).exitCode).toBe(0);
  }, 600_000);
});
