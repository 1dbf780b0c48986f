import { expect as expectedOf, pairKey } from '../../src/expectation/expect.ts';
import { type Connection, type Fleet, networkId } from '../../src/model/fleet.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { ExpectedPair, PairVerdict, SmokeDocument } from '../../src/model/smoke.ts';
import { change, PLAN } from './report-documents.ts';
import { network, smokeFleet } from './smoke-fleet.ts';

/** A fleet of so many clusters with so many virtual networks each, all networks of one number in one mesh; one connection has a hub. */
export function wideFleet(clusters: number, networks: number): Fleet {
  const { central, distributed, ...fleet } = smokeFleet();
  const names = Array.from({ length: clusters }, (_, at) => `cluster${at + 1}`);
  const numbers = Array.from({ length: networks }, (_, at) => at + 1);
  const all = names.flatMap((name, at) =>
    numbers.map((number) => network(`${name}/ns${1 + (number % 2)}/vn${number}`, `10.${at}.${number}.0/24`)),
  );
  const connections = numbers.slice(0, -1).map((number): Connection => {
    const ids = all.filter(({ name }) => name === `vn${number}`).map(networkId);
    const routers = Object.fromEntries(ids.map((id) => [id, `vnr-${id.replaceAll('/', '-')}`]));
    if (number !== 2) return { name: `app${number}`, type: 'mesh', networks: ids, routers };
    return { name: 'shared-services', type: 'hub-spoke', hubs: ids.slice(0, 1), spokes: ids.slice(1), routers };
  });
  return {
    ...fleet,
    central: { ...central, podSubnets: ['10.233.128.0/17'] },
    distributed: names
      .slice(1)
      .map((name, index) => ({ ...distributed[0]!, name, index, podSubnets: [`10.23${4 + index}.128.0/17`] })),
    namespaces: names.flatMap((cluster) =>
      ['ns1', 'ns2'].map((name) => ({ cluster, name, isolated: name === 'ns1', labels: {}, manage: true })),
    ),
    networks: all,
    connections,
  };
}

/** What the smoke test of a fleet may say: nearly all as declared, and every other verdict somewhere, with a diagnosis. */
export function wideSmoke(fleet: Fleet): SmokeDocument {
  const pairs = expectedOf(fleet).pairs.map((expected, at) => measured(expected, at));
  const lost = pairs.filter(({ verdict }) => verdict === 'unreachable');
  const unjudged = pairs.filter(({ verdict }) => verdict === 'inconclusive');
  const of = (paths: PairVerdict[]) => paths.map(({ source, target, family }) => ({ source, target, family }));
  return {
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    emulated: true,
    at: '2026-11-26T08:00:00Z',
    pairs,
    means: [{ cluster: 'cluster1', means: 'logs', echo: 'ping-socket', reason: 'exec is forbidden' }],
    baseline: { at: '2026-11-24T08:00:00Z', runId: '1a2b3c4d' },
    diagnoses: [
      {
        rung: 'router',
        cause: 'VirtualNetwork ns2/vn1 has the label vn=other, router vnr1 selects vn=vn1',
        object: { cluster: 'cluster1', kind: 'VirtualNetwork', namespace: 'ns2', name: 'vn1' },
        command: 'kubectl get virtualnetwork vn1 -n ns2 --show-labels',
        paths: of(lost),
      },
      ...(unjudged.length === 0
        ? []
        : [
            { rung: 'probe' as const, cause: 'the probe of cluster2 ns2/vn3 was deleted while it measured', paths: of(unjudged) },
          ]),
    ],
  };
}

function measured(expected: ExpectedPair, at: number): PairVerdict {
  const silent = expected.expected !== 'reach';
  const median = 0.05 * 1.3 ** (at % 11);
  const pair: PairVerdict = {
    ...expected,
    verdict: 'ok',
    sent: 5,
    received: silent ? 0 : 5,
    ...(silent ? {} : { rttMs: { min: median * 0.8, median, p95: median * 1.5, jitter: median / 9 } }),
    ...(silent ? {} : { tcp: { result: 'connected' as const }, mtu: 1450 }),
    reason: silent ? 'blocked as declared: no connection' : expected.reason,
  };
  const { rttMs, tcp: _, mtu: __, ...nothing } = pair;
  const ends = pairKey(pair);
  if (ends === 'cluster1/ns2/vn1 cluster2/ns2/vn1 v4' || ends === 'cluster2/ns2/vn1 cluster1/ns2/vn1 v4')
    return {
      ...nothing,
      verdict: 'unreachable',
      received: 0,
      lost: 'requests',
      change: 'newly-broken',
      since: '2026-11-25T08:00:00Z',
      before: { verdict: 'ok', ...(rttMs === undefined ? {} : { rttMs }) },
      reason: 'no reply, although: mesh connection app1',
    };
  if (ends === 'cluster2/ns1/vn2 cluster1/ns1/vn2 v4')
    return {
      ...pair,
      verdict: 'degraded',
      received: 3,
      change: 'slower',
      slowdown: { before: { samples: 40, median: 0.1 }, now: { samples: 15, median: 9.5 } },
      reason: '40 % loss, more than 0 %',
    };
  if (ends === 'cluster1/ns2/vn1 cluster2/ns1/vn2 v4')
    return {
      ...pair,
      verdict: 'unexpectedly-reachable',
      received: 5,
      rttMs: { min: 0.1, median: 0.2, p95: 0.3 },
      reason: 'replies, although no connection joins them',
    };
  if (pair.source.cluster === 'cluster2' && pair.source.network === 'ns2/vn3')
    return { ...nothing, verdict: 'inconclusive', sent: 0, received: 0, reason: 'the probe was deleted while it measured' };
  return pair;
}

/** A plan that touches every part of the drawing. */
export function widePlan(): Plan {
  const [first, second] = PLAN.clusters;
  const core = 'core.contrail.juniper.net/v1alpha1';
  return {
    ...PLAN,
    vendor: { asPublished: false, differs: ['cn2/22.2/central.yaml'] },
    clusters: [
      {
        ...first!,
        changes: [
          ...first!.changes,
          change({
            action: 'create',
            apiVersion: core,
            kind: 'VirtualNetwork',
            namespace: 'ns2',
            name: 'vn1',
            stage: '80-networks',
          }),
          change({
            action: 'update',
            apiVersion: core,
            kind: 'VirtualNetworkRouter',
            namespace: 'ns1',
            name: 'vnr-cluster1-ns1-vn2',
            stage: '90-routers',
            fields: [{ path: '/spec/import/virtualNetworkRouters', before: [], after: [{ vnr: 'vnr1' }] }],
            disrupts: [{ what: 'traffic', on: [] }] as never,
          }),
          change({
            action: 'create',
            apiVersion: 'rbac.authorization.k8s.io/v1',
            kind: 'ClusterRoleBinding',
            name: 'contrail-deploy',
            stage: '20-deployer',
            grants: [{ what: 'subject', detail: 'ServiceAccount contrail-deploy/contrail-deploy' }] as never,
          }),
        ],
      },
      second!,
    ],
  };
}
