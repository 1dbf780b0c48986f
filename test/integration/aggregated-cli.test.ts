import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL_SERVED } from '../../lab/apiserver/aggregated/switches.ts';
import { CORE } from '../../src/cn2/names.ts';
import type { ApprovedPlan, Plan } from '../../src/model/plan.ts';
import { cli, guideCopy } from '../support/cli.ts';
import { withoutSmoke } from '../support/guide-fleet.ts';
import { type PlainGuide, startPlainGuide, toolRequests } from '../support/plain-guide.ts';

let world: PlainGuide;
let folder: string;
/** Nodes are made before. */
let begun: number[];

beforeAll(async () => {
  world = await startPlainGuide({ serverSideApply: 'off', dryRun: 'refused' });
  folder = guideCopy((text) => world.declare(withoutSmoke(text)));
  begun = writes();
}, 180_000);

afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => cli(folder, args, { environment: world.environment });
const both = () => [world.central, world.distributed];
const writes = () => both().map((server) => toolRequests(server).filter(({ write }) => write).length);
const limited = [{ group: CORE, serverSideApply: false, dryRun: false }];

describe('from the command line, where the core kinds have neither server-side apply nor dry-run', () => {
  test('a plan says so, in all its forms, and writes nothing', async () => {
    expect((await run('render')).exitCode).toBe(0);
    const planned = await run('plan', '--out', 'rendered/plan.json', '--format', 'json');
    expect(planned.exitCode).toBe(2);
    expect((JSON.parse(planned.stdout) as Plan).clusters.map((cluster) => cluster.limited)).toEqual([limited, undefined]);
    const approved = JSON.parse(readFileSync(join(folder, 'rendered/plan.json'), 'utf8')) as ApprovedPlan;
    expect(approved.clusters[0]?.limited).toEqual(limited);
    expect((await run('plan')).stdout).toMatch(
      /cluster1: the API of core\.contrail\.juniper\.net has no server-side apply, .*knows no dry-run/,
    );
    expect((await run('plan', '--format', 'markdown')).stdout.replaceAll('\\', '')).toContain('has no server-side apply');
    expect(writes()).toEqual(begun);
  }, 120_000);

  test('a description that cannot be read: exit 8, the cluster and the cause, nothing written', async () => {
    world.aggregated!.set({ openapi: 'broken' });
    for (const args of [['plan'], ['apply']]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect(exitCode).toBe(8);
      expect(stdout + stderr).toMatch(/cluster1: .*\/openapi\/v3\/apis\/core\.contrail\.juniper\.net\/v1alpha1/);
    }
    world.aggregated!.set({ openapi: 'served' });
    expect(writes()).toEqual(begun);
  }, 120_000);

  test('an API that can do more than when the plan was made: exit 4, in one sentence, nothing written', async () => {
    world.aggregated!.set({ ...ALL_SERVED });
    const { exitCode, stdout, stderr } = await run('apply');
    world.aggregated!.set({ serverSideApply: 'off', dryRun: 'refused' });
    expect(exitCode).toBe(4);
    const said = (stdout + stderr).split('\n').filter((line) => line.includes('has changed since'));
    expect(said).toEqual([
      expect.stringContaining(
        'the API of core.contrail.juniper.net has changed since the plan was approved: then without server-side apply, without dry-run, now with server-side apply, with dry-run',
      ),
    ]);
    expect(writes()).toEqual(begun);
  }, 120_000);

  test('an apply attaches the cluster; then nothing is left, at most 25 requests per cluster', async () => {
    const applied = await run('apply');
    expect(applied.stdout).toContain('everything was applied and every gate passed');
    expect(applied.exitCode).toBe(0);
    const before = both().map((server) => toolRequests(server).length);
    const planned = await run('plan', '--format', 'json');
    expect(planned.exitCode).toBe(0);
    const counts = both().map((server, position) => toolRequests(server).length - before[position]!);
    expect(Math.max(...counts)).toBeLessThanOrEqual(25);
    expect((JSON.parse(planned.stdout) as Plan).clusters.map(({ requests }) => requests)).toEqual(counts);
    expect(applied.stdout + applied.stderr + planned.stdout).not.toContain('canary');
    const drift = await run('drift', '--format', 'json');
    expect(drift.exitCode).toBe(0);
    expect(JSON.parse(drift.stdout)).toMatchObject({ clusters: [{ changes: [], limited }, { changes: [] }] });
  }, 180_000);
});
