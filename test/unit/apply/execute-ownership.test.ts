import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { attach, attached, edited, guide, managedWrites, unreachable } from '../../support/attach.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import { carryOut, changesOn, look } from '../../support/planning.ts';

const SUBNET = ['Subnet', 'ns1', 'subnet1'] as const;

function labelled(value?: string) {
  return edited('Subnet', 'subnet1', (object) => {
    if (value !== undefined) object.metadata.labels = { ...object.metadata.labels, shared: value };
  });
}

/** The guide, applied with a further label that somebody else sets as well. */
async function shared(manager: string, hooks: { after?: (request: SeenRequest) => void } = {}) {
  const { cn2, clock } = await attached({ hooks });
  await carryOut(await look(guide.fleet, labelled('x'), cn2.clusters), cn2.clusters);
  const { metadata, apiVersion, kind } = cn2.central.peek(...SUBNET)!;
  const theirs = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace!, labels: { shared: 'x' } } };
  const resource = (await cn2.central.discover()).resources.find((known) => known.kind === 'Subnet')!;
  await cn2.central.apply(resource, theirs, { fieldManager: manager });
  cn2.central.audit.length = 0;
  return { cn2, clock };
}

describe('who owns what', () => {
  test('what leaves the declaration while somebody holds it: given up by them first, then applied, on what was planned', async () => {
    const { cn2, clock } = await shared('flux');
    const before = cn2.central.peek(...SUBNET)!;
    const looked = await look(guide.fleet, guide.desired, cn2.clusters);
    expect(changesOn(looked, 'cluster1')).toMatchObject([
      { action: 'update', name: 'subnet1', fields: [{ path: '/metadata/labels/shared', before: 'x', conflictsWith: 'flux' }] },
    ]);
    expect(await attach(cn2, clock, looked)).toMatchObject({ outcome: 'done' });
    expect(managedWrites(cn2.central).map(({ verb }) => verb)).toEqual(['PATCH', 'APPLY']);
    const after = cn2.central.peek(...SUBNET)!;
    expect(after.metadata.labels).not.toHaveProperty('shared');
    expect(after['spec']).toEqual(before['spec']);
    expect(changesOn(await look(guide.fleet, guide.desired, cn2.clusters), 'cluster1')).toEqual([]);
  });

  test('whose answer is lost: the same change still holds, and is made', async () => {
    let faults = 1;
    const { cn2, clock } = await shared('flux', {
      after: ({ verb }) => {
        if (verb === 'PATCH' && faults-- > 0) throw unreachable('cluster1');
      },
    });
    const looked = await look(guide.fleet, guide.desired, cn2.clusters);
    const asked: unknown[] = [];
    const recheck = async () => {
      const now = await look(guide.fleet, guide.desired, cn2.clusters);
      asked.push(changesOn(now, 'cluster1').map(({ fields }) => fields));
      return now.preconditions.find(({ name }) => name === 'subnet1');
    };
    expect(await attach(cn2, clock, { ...looked, recheck })).toMatchObject({ outcome: 'done' });
    expect(asked).toEqual([[[{ path: '/metadata/labels/shared', before: 'x' }]]]);
    expect(cn2.central.peek(...SUBNET)!.metadata.labels).not.toHaveProperty('shared');
  });

  test('an adoption that ends between its two writes is one again, and then none', async () => {
    let faults = 0;
    const { cn2, clock } = await attached({
      hooks: {
        before: ({ verb }) => {
          if (verb === 'PATCH' && faults-- > 0) throw new Error('killed');
        },
      },
    });
    const live = cn2.central.peek(...SUBNET)!;
    cn2.central.remove(...SUBNET);
    const byHand = { ...live, metadata: { name: 'subnet1', namespace: 'ns1' } } as KubernetesObject;
    delete byHand['status'];
    cn2.central.put(byHand, 'kubectl-create');
    const first = await look(guide.fleet, guide.desired, cn2.clusters);
    expect(changesOn(first, 'cluster1')).toMatchObject([
      { action: 'adopt', takes: [{ manager: 'kubectl-create', fields: expect.arrayContaining(['/spec/cidr']) }] },
    ]);
    faults = 1;
    await attach(cn2, clock, first).catch(() => undefined);
    const second = await look(guide.fleet, guide.desired, cn2.clusters);
    expect(changesOn(second, 'cluster1')).toMatchObject([{ action: 'adopt', fields: [] }]);
    expect(second.plan.digest).not.toBe(first.plan.digest);
    expect(await attach(cn2, clock, second)).toMatchObject({ outcome: 'done' });
    expect(changesOn(await look(guide.fleet, guide.desired, cn2.clusters), 'cluster1')).toEqual([]);
  });
});

describe('a name that is still taken by what is being deleted', () => {
  /** subnet1 is held by a finalizer while it goes. */
  async function leaving() {
    const world = await attached();
    const live = world.cn2.central.peek(...SUBNET)!;
    const metadata = { ...live.metadata, finalizers: ['example.com/held'], deletionTimestamp: '2026-01-01T00:00:00Z' };
    world.cn2.central.put({ ...live, metadata }, 'somebody');
    return { ...world, looked: await look(guide.fleet, guide.desired, world.cn2.clusters) };
  }

  test('is waited for, then made', async () => {
    const { cn2, clock, looked } = await leaving();
    expect(changesOn(looked, 'cluster1')).toMatchObject([{ action: 'create', name: 'subnet1', predicted: true }]);
    expect(looked.findings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('held by finalizer example.com/held'),
    );
    void clock.sleep(60_000).then(() => cn2.central.finalize(...SUBNET));
    expect(await attach(cn2, clock, looked)).toMatchObject({ outcome: 'done' });
    expect(cn2.central.peek(...SUBNET)!.metadata).not.toHaveProperty('deletionTimestamp');
  });

  test('at the end of the time of a gate its finalizer is named', async () => {
    const { cn2, clock, looked } = await leaving();
    const result = await attach(cn2, clock, looked);
    expect(result.outcome).not.toBe('done');
    expect(result.conditions).not.toContain('not-approved');
    expect(result.reason).toMatch(
      /Subnet ns1\/subnet1 .*is being deleted \(since .*\), held by finalizer example.com\/held \(waited 900 s\)/,
    );
  });
});
