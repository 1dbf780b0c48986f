import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { K, messages, pod } from '../../support/detach-world.ts';
import { replaced } from '../../support/guide-fleet.ts';
import { declared, OLD, oldFleet, UpgradeWorld } from '../../support/upgrade-world.ts';

let attached: UpgradeWorld;
let world: UpgradeWorld;

beforeAll(async () => {
  attached = await oldFleet();
});
beforeEach(() => {
  world = new UpgradeWorld(attached);
  const apart = replaced(declared(OLD), /^connections:\n(?: .*\n)+/m, '');
  world.files['clusters.yaml'] = replaced(apart, '    index: 0\n', '    index: 0\n    state: detached\n');
});

const UNLOOKED = 'whether a pod on cluster3, cluster4 uses a network of cluster2 is not known: --only leaves them out';

test('a detach looks at the pods of all clusters: --only that leaves some out is refused', async () => {
  await world.approve();
  world.cn2.clusters
    .get('cluster3')!
    .put(pod('default', 'far', { annotations: { 'k8s.v1.cni.cncf.io/networks': `${K}-ns1/vn2` } }));
  const { document, conditions } = await world.plan(['cluster2']);
  expect(conditions).toContain('rule-broken');
  expect(messages(document.findings, 'error')).toEqual([UNLOOKED]);
  expect(document.findings.find(({ message }) => message === UNLOOKED)?.remedy).toContain(
    '(--only cluster2 --only cluster3 --only cluster4)',
  );
  const narrowed = await world.apply(undefined, ['cluster2']);
  expect(narrowed.conditions).toEqual(['rule-broken']);
  expect(world.cn2.central.peek('VirtualNetwork', `${K}-ns1`, 'vn2')).toBeDefined();
  const all = await world.plan(['cluster2', 'cluster3', 'cluster4']);
  expect(messages(all.document.findings, 'error').join()).toContain('Pod default/far on cluster3 (uses network');
});

test('of another cluster, and when nothing of the detach is left, --only is free', async () => {
  await world.approve();
  expect(messages((await world.plan(['cluster3'])).document.findings, 'error')).toEqual([]);
  expect((await world.apply()).document.outcome).toBe('done');
  expect(messages((await world.plan(['cluster2'])).document.findings, 'error')).toEqual([]);
});
