import { expect, test } from '@jest/globals';
import type { Plan } from '../../../src/model/plan.ts';
import { releaseProbes } from '../../../src/rollout/release-probes.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';
import { SmokeWorld } from '../../support/smoke-world.ts';

const plain = smokeFleet();
const fleet = { ...plain, smoke: { ...plain.smoke!, keepProbes: true as const } };
const planOf = (action: string, kind: string) =>
  ({ clusters: [{ name: 'cluster1', changes: [{ action, kind }] }] }) as unknown as Plan;

test('kept probes go before what they use is deleted, and stay before anything else', async () => {
  const world = new SmokeWorld({ fleet });
  await world.run();
  const kept = world.remains();
  expect(kept.length).toBeGreaterThan(0);
  const texts: string[] = [];
  const ports = {
    clusters: world.clusters,
    reporter: { progress: (event: { type: string; text?: string }) => void texts.push(event.text ?? '') },
  };
  await releaseProbes(fleet, planOf('update', 'VirtualNetwork'), ports);
  await releaseProbes(fleet, planOf('delete', 'VirtualNetworkRouter'), ports);
  expect(world.remains()).toEqual(kept);
  await releaseProbes(fleet, planOf('delete', 'VirtualNetwork'), ports);
  expect(world.remains()).toEqual([]);
  expect(texts).toEqual(['cluster1', 'cluster2'].map((name) => `${name}: removed the kept probes, which use what is deleted`));
});
