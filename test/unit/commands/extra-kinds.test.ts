import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { driftCommand } from '../../../src/commands/drift.ts';
import { planCommand } from '../../../src/commands/plan.ts';
import { ClusterError } from '../../../src/ports/cluster.ts';
import { driftSentence } from '../../../src/report/drift-words.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { applied } from '../../support/trust-cases.ts';
import { credential, OWN_FILE } from '../../support/trust-fleet.ts';
import { attachedWorld } from '../../support/trust-property.ts';
import { Killed, TrustWorld } from '../../support/trust-world.ts';

const LAST = '{"cluster1":["/Service"]}';
let attached: TrustWorld;
let world: TrustWorld;

beforeAll(async () => {
  attached = await attachedWorld(true);
});
beforeEach(() => {
  world = new TrustWorld(attached);
});

/** Merges a declaration with these Services as objects of one's own, and the proposal for it. */
async function approve(...names: string[]): Promise<string> {
  const { files } = world.hub.main;
  const plain = files['clusters.yaml']!.replace(/^extra:.*\n/m, '');
  const documents = names
    .map((name) => `---\napiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: ns1}\n`)
    .join('');
  const extra = names.length === 0 ? '' : `extra: [{cluster: cluster1, path: ${OWN_FILE}}]\n`;
  world.hub.push(
    'main',
    { 'clusters.yaml': `${plain}${extra}`, [OWN_FILE]: names.length === 0 ? undefined : documents },
    'declare',
  );
  const { number, findings } = await world.propose();
  expect(findings).toEqual([]);
  if (!world.hub.mergePull(number ?? 0, 'merge')) throw new Error('the proposal cannot be merged');
  return world.hub.main.sha;
}

const services = () =>
  world.cn2.central
    .all()
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata }) => metadata.name);
const recorded = () =>
  world.cn2.central.peek('Lease', 'contrail', 'cn2-fleet-guide')?.metadata.annotations?.['cn2-fleet/extra-kinds'];

function ports() {
  return testPorts(memoryFiles({ ...world.hub.main.files }), {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => world.cn2.clusters.get(name)! },
    clock: world.clock,
  });
}

test('the last object of a kind is deleted when it leaves, and the kind is forgotten then', async () => {
  await approve('a', 'b');
  expect(await applied(world)).toMatchObject({ code: 0 });
  expect([services(), recorded()]).toEqual([['a', 'b'], LAST]);
  await approve('b');
  expect(await applied(world)).toMatchObject({ code: 0 });
  expect([services(), recorded()]).toEqual([['b'], LAST]);
  await approve();
  expect(await applied(world)).toMatchObject({ code: 0 });
  expect([services(), recorded()]).toEqual([[], undefined]);
  expect(await world.changes()).toBe(0);
});

test('a run that is killed at any write leaves nothing that a later one does not find', async () => {
  let half = 0;
  for (let writes = 1; writes < 12; writes += 1) {
    world = new TrustWorld(attached);
    await approve('a');
    const ending = await world.apply({ sha: world.hub.main.sha, job: true, killedAfter: writes });
    if ('error' in ending) expect(ending.error).toBeInstanceOf(Killed);
    // Nothing was made before its kind was recorded.
    if (services().length > 0) expect(recorded()).toBe(LAST);
    const declared = services().length;
    await world.clock.advance(120_000);
    // It leaves the declaration before anybody has applied it to its end.
    if (declared === 0) continue;
    half += 1;
    await approve();
    const again = await world.apply({ sha: world.hub.main.sha, job: true, killedAfter: writes });
    if ('error' in again) expect(again.error).toBeInstanceOf(Killed);
    await world.clock.advance(120_000);
    expect(await applied(world)).toMatchObject({ code: 0 });
    expect([services(), recorded()]).toEqual([[], undefined]);
  }
  expect(half).toBeGreaterThan(2);
});

test('what left while nobody looked is drift, and where the record cannot be read nobody says that all is as declared', async () => {
  await approve('a');
  expect(await applied(world)).toMatchObject({ code: 0 });
  await approve();
  const seen = (await driftCommand(ports(), OPTIONS)).result;
  expect(seen.document.clusters[0]!.changes).toMatchObject([{ kindOfDrift: 'added', kind: 'Service', name: 'a' }]);
  expect(seen.conditions).toEqual(['changes']);

  const { central } = world.cn2;
  const get = central.get.bind(central);
  central.get = async (target) => {
    if (target.resource.kind !== 'Lease') return get(target);
    throw new ClusterError('cluster1: leases is forbidden', { cluster: 'cluster1', cause: 'forbidden', fieldConflicts: [] });
  };
  const { document, conditions } = (await driftCommand(ports(), OPTIONS)).result;
  expect(conditions).toEqual([]);
  expect(document.findings).toContainEqual(
    expect.objectContaining({
      rule: 'cluster',
      severity: 'warning',
      message: 'what is left of objects that were once under extra is not known: cluster1: leases is forbidden',
    }),
  );
  expect(driftSentence(document)).toBe('no drift seen; what is left of extra is not known: see the findings');
  // A plan is not a plan then.
  expect((await planCommand(ports(), { ...OPTIONS, offline: false })).conditions).toContain('unknown-cluster');
});

test('a record that somebody has edited is not taken for "nothing"', async () => {
  await approve('a');
  expect(await applied(world)).toMatchObject({ code: 0 });
  const lease = world.cn2.central.peek('Lease', 'contrail', 'cn2-fleet-guide')!;
  const annotations = { ...lease.metadata.annotations, 'cn2-fleet/extra-kinds': 'none' };
  world.cn2.central.put({ ...lease, metadata: { ...lease.metadata, annotations } }, 'somebody');
  const { document, conditions } = await planCommand(ports(), { ...OPTIONS, offline: false });
  expect(conditions).toContain('unknown-cluster');
  expect(document.findings.map(({ message }) => message).join()).toContain(
    'annotation cn2-fleet/extra-kinds of Lease contrail/cn2-fleet-guide cannot be read',
  );
});

test('a kind that may not be listed makes its cluster unknown, and the apply does nothing', async () => {
  await approve('a');
  expect(await applied(world)).toMatchObject({ code: 0 });
  await approve();
  const { central } = world.cn2;
  const list = central.list.bind(central);
  central.list = async (resource, ...rest) => {
    if (resource.kind !== 'Service') return list(resource, ...rest);
    throw new ClusterError('cluster1: services is forbidden', { cluster: 'cluster1', cause: 'forbidden', fieldConflicts: [] });
  };
  const { document } = await planCommand(ports(), { ...OPTIONS, offline: false });
  expect(document.clusters[0]).toMatchObject({ status: 'unknown', reason: 'cluster1: services is forbidden', changes: [] });
  expect(await applied(world)).toMatchObject({ code: 8, writes: 0 });
});
