import { expect, test } from '@jest/globals';
import { applyCommand } from '../../../src/commands/apply.ts';
import { driftCommand } from '../../../src/commands/drift.ts';
import { planCommand } from '../../../src/commands/plan.ts';
import { renderCommand } from '../../../src/commands/render.ts';
import { smokeCommand } from '../../../src/commands/smoke.ts';
import { validateCommand } from '../../../src/commands/validate.ts';
import { canonicalJson, sha256 } from '../../../src/declare/digest.ts';
import type { RenderIndex } from '../../../src/model/manifest.ts';
import { writeJson } from '../../../src/render/yaml-writer.ts';
import { driftMarkdown } from '../../../src/report/markdown/drift.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { guideFolder } from '../../support/guide-folder.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';

const LOCK = { lockTtl: 60, lockTimeout: 90 };
const ROUTER = 'rendered/cluster1/90-routers/virtualnetworkrouter.ns1.vnr1.yaml';

async function rendered() {
  const files = memoryFiles(guideFolder());
  const ports = testPorts(files);
  await renderCommand(ports, { ...OPTIONS, check: false });
  return { ports, files: files.files };
}

/** Makes the index fit the files that are there. */
function reseal(files: Record<string, string>): void {
  const { digest: _digest, ...index } = JSON.parse(files['rendered/index.json']!) as RenderIndex;
  for (const entry of index.objects) entry.digest = sha256(files[`rendered/${entry.path}`]!);
  index.fleetDigest = sha256(files['rendered/fleet.json']!);
  files['rendered/index.json'] = writeJson({ ...index, digest: sha256(canonicalJson(index)) });
}

test.each([
  ['{}'],
  ['null'],
  ['[]'],
  ['7'],
  ['{"apiVersion": "cn2-fleet/v1", "kind": "Fleet"}'],
  ['{"apiVersion": "cn2-fleet/v1", "kind": "Fleet", "distributed": 5, "namespaces": {"a": 1}, "metadata": null}'],
  [`${'['.repeat(20_000)}${']'.repeat(20_000)}`],
])('a fleet.json that is no fleet, resealed, is a finding in every command that reads it: %#', async (text) => {
  const { ports, files } = await rendered();
  files['rendered/fleet.json'] = text;
  reseal(files);
  const unreadable = expect.objectContaining({ rule: 'rendered', file: 'rendered/fleet.json', severity: 'error' });
  for (const run of [
    () => driftCommand(ports, OPTIONS).then(({ result }) => result),
    () => smokeCommand(ports, { ...OPTIONS, ...LOCK }),
    () => applyCommand(ports, { ...OPTIONS, ...LOCK, plan: 'rendered/plan.json', gateTimeout: 1 }),
  ]) {
    const { document, conditions } = await run();
    expect(conditions).toContain('not-approved');
    expect(document.findings).toContainEqual(unreadable);
  }
  await validateCommand(ports, { ...OPTIONS, live: false });
  await planCommand(ports, { ...OPTIONS, offline: true });
});

test('the reports of drift and smoke say that nothing was looked at', async () => {
  const { ports, files } = await rendered();
  files[ROUTER] = `# as agreed\n${files[ROUTER]}`;
  reseal(files);
  const drift = (await driftCommand(ports, OPTIONS)).result.document;
  const smoke = (await smokeCommand(ports, { ...OPTIONS, ...LOCK })).document;
  expect(drift).toMatchObject({ complete: false, clusters: [] });
  expect(smoke).toMatchObject({ pairs: [] });
  for (const text of [driftMarkdown(drift), smokeMarkdown(smoke)]) {
    expect(text).toContain('rendered/ is not what was rendered');
    expect(text).toContain('it is not written as render writes it');
    expect(text).not.toContain('✅');
  }
});

test('render puts a file back whose digest the index has, and leaves one alone that a person has changed', async () => {
  const { ports, files } = await rendered();
  const text = files[ROUTER]!;
  files[ROUTER] = `# as agreed\n${text}`;
  expect((await renderCommand(ports, { ...OPTIONS, check: false })).conditions).toEqual(['not-approved']);
  expect(files[ROUTER]).toBe(`# as agreed\n${text}`);
  reseal(files);
  const { document, conditions } = await renderCommand(ports, { ...OPTIONS, check: false });
  expect([conditions, document.updated]).toEqual([[], [ROUTER.slice('rendered/'.length), 'index.json']]);
  expect(files[ROUTER]).toBe(text);
});

test('a Secret whose vendor file has no such Secret is a finding', async () => {
  const { ports, files } = await rendered();
  const path = 'rendered/cluster2/10-access/secret.contrail-deploy.central-kubeconfig.yaml';
  const [source] = (JSON.parse(files['rendered/index.json']!) as RenderIndex).sources;
  files[path] = files[path]!.replace('handover:cluster1', `manifest:${source!.file}`);
  reseal(files);
  const { document, conditions } = (await driftCommand(ports, OPTIONS)).result;
  expect(conditions).toEqual(['not-approved']);
  expect(document.findings).toMatchObject([{ rule: 'rendered', file: path, message: expect.stringContaining('has no Secret') }]);
});

test('files that a version rendered which did not name itself are of another version, not edited by hand', async () => {
  const { ports, files } = await rendered();
  files[ROUTER] = files[ROUTER]!.replace(/vnr: vnr1$/m, 'vnr: vnr1-of-then');
  reseal(files);
  const run = async (plan: object | undefined) => {
    if (plan === undefined) delete files['rendered/plan.json'];
    else files['rendered/plan.json'] = JSON.stringify(plan);
    const { document } = await applyCommand(ports, { ...OPTIONS, ...LOCK, plan: 'rendered/plan.json', gateTimeout: 1 });
    return document.reason;
  };
  expect(await run({ schemaVersion: 1 })).toMatch(/^another version: .* rendered by cn2-fleet of an earlier version, and/);
  expect(await run({ schemaVersion: 1, serial: 4 })).toMatch(/^edited: /);
  expect(await run(undefined)).toMatch(/^edited: /);
});
