import { expect, test } from '@jest/globals';
import { resourceLookup } from '../../../src/apply/resources.ts';
import { unread } from '../../../src/diagnosis/facts.ts';
import type { PairVerdict } from '../../../src/model/smoke.ts';
import { ClusterError, type ClusterErrorShape } from '../../../src/ports/cluster.ts';
import { pathFacts } from '../../../src/rollout/path-facts.ts';
import type { SeenRequest } from '../../support/memory-cluster.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

const fleet = smokeFleet();
const PAIR: PairVerdict = {
  ...{ source: { cluster: 'cluster1', network: 'ns1/vn1' }, target: { cluster: 'cluster2', network: 'ns1/vn2' } },
  ...{ family: 'v4', expected: 'reach', verdict: 'unreachable', sent: 5, received: 0, reason: '' },
};

function refusal(cluster: string, cause: ClusterErrorShape['cause'], what: string): ClusterError {
  return new ClusterError(`${cluster}: ${what}`, { cluster, cause, fieldConflicts: [] });
}

async function factsOf(before: (request: SeenRequest) => void = () => undefined) {
  const { clusters, central, distributed } = memoryCn2({ hooks: { before } });
  for (const cluster of [central, distributed])
    cluster.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
  const facts = await pathFacts(fleet, [PAIR], { clusters, resources: resourceLookup(clusters) });
  return { facts, requests: [...central.audit, ...distributed.audit] };
}

test('each kind is listed once, and nothing is written', async () => {
  const { facts, requests } = await factsOf();
  expect(unread(facts, ['cluster1', 'cluster2'])).toEqual([]);
  expect([...facts.access].map(([name, { problem }]) => [name, problem])).toEqual([
    ['cluster1', undefined],
    ['cluster2', undefined],
  ]);
  const listed = requests.flatMap(({ verb, cluster, kind }) => (verb === 'LIST' ? [`${cluster} ${kind}`] : []));
  expect(new Set(listed).size).toBe(listed.length);
  expect(new Set(requests.map(({ verb }) => verb))).toEqual(new Set(['DISCOVERY', 'GET', 'LIST']));
  // Policies that a cluster does not serve were never made there.
  expect(facts.central.FirewallPolicy).toEqual([]);
});

test('what may not be read says so, and nothing else is missing', async () => {
  const { facts } = await factsOf(({ kind, cluster }) => {
    if (kind === 'VirtualRouter' || kind === 'Node') throw refusal(cluster, 'forbidden', `may not list ${kind}`);
  });
  expect(unread(facts, ['cluster1', 'cluster2'])).toEqual([
    'cluster1: may not list VirtualRouter',
    'cluster1: may not list Node',
    'cluster2: may not list Node',
  ]);
  expect(facts.access.get('cluster2')?.problem).toBeUndefined();
});

test.each<[ClusterErrorShape['cause'], boolean]>([
  ['unreachable', true],
  ['unauthorized', true],
  ['certificate', true],
  ['timeout', true],
  ['forbidden', false],
  ['not-found', false],
])('an answer %s tells of the cluster: %s', async (cause, tells) => {
  const { facts } = await factsOf(({ cluster }) => {
    if (cluster === 'cluster2') throw refusal(cluster, cause, 'no');
  });
  expect(facts.access.get('cluster2')).toEqual({
    server: 'https://cluster2.example:6443',
    ...(tells ? { problem: 'cluster2: no' } : {}),
  });
});

test('a cluster without a connection has the reason that is known', async () => {
  const unconnected = new Map([['cluster2', 'cluster2: $K is not set']]);
  const facts = await pathFacts(fleet, [PAIR], { clusters: new Map(), resources: resourceLookup(new Map()), unconnected });
  expect(facts.access.get('cluster2')).toEqual({ problem: 'cluster2: $K is not set' });
  expect(facts.access.get('cluster1')).toEqual({ problem: 'cluster1: there is no connection' });
});
