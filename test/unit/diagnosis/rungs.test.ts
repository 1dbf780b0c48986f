import { describe, expect, test } from '@jest/globals';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import { ALONE, OTHER_POD } from '../../../src/expectation/verdict.ts';
import type { Endpoint, ExpectedPair, PairVerdict } from '../../../src/model/smoke.ts';
import { daemonSet, networkPolicy, node, nodeOf, type SeenFacts, soundFacts, virtualRouter } from '../../support/path-facts.ts';
import { smokeFleet } from '../../support/smoke-fleet.ts';

const fleet = smokeFleet();
const NETWORK = (pair: ExpectedPair) => pair.source.network !== 'default';

/** Of the fleet's paths: these with this verdict, the others fine. */
function verdicts(change: Partial<PairVerdict>, which: (pair: ExpectedPair) => boolean = () => true): PairVerdict[] {
  return expectedOf(fleet).pairs.map((pair) => ({
    ...{ ...pair, verdict: 'ok' as const, sent: 5, received: 5, reason: 'why' },
    ...(which(pair) ? { received: 0, ...change } : {}),
  }));
}

function diagnosed(pairs: PairVerdict[], change: (seen: SeenFacts) => void = () => undefined) {
  const seen = soundFacts(fleet);
  change(seen);
  return diagnose(fleet, pairs, seen);
}

const causes = (...of: Parameters<typeof diagnosed>) =>
  diagnosed(...of).map(({ rung, cause, paths }) => `${rung} ${paths.length}: ${cause}`);

describe('clusters that cannot be asked', () => {
  const unmeasured = verdicts({ verdict: 'not-run', sent: 0, reason: 'was not measured' });

  test('a missing credential is one cause for all paths of its cluster', () => {
    const found = diagnosed(unmeasured, ({ access }) => {
      access.set('cluster2', { problem: 'cluster2: $CLUSTER2_KUBECONFIG is not set' });
    });
    expect(found).toEqual([
      {
        rung: 'api',
        cause: 'cluster2: $CLUSTER2_KUBECONFIG is not set',
        command: 'cn2-fleet doctor --only cluster2',
        paths: expect.anything(),
      },
    ]);
    expect(found[0]!.paths).toHaveLength(unmeasured.length);
  });

  test('two of them are both said: whoever mends one knows of the other', () => {
    const change = ({ access }: SeenFacts) => {
      for (const name of access.keys()) access.set(name, { problem: `${name}: no credential` });
    };
    expect(causes(unmeasured, change)).toEqual(['api 4: cluster1: no credential', 'api 4: cluster2: no credential']);
  });

  test.each(['https://127.0.0.1:6443', 'https://[::1]:6443', 'https://localhost:6443'])(
    'a server that is silent and is %s: another host is meant',
    (server) => {
      const [only] = causes(unmeasured, ({ access }) => access.set('cluster2', { server, problem: 'cluster2: nobody answers' }));
      const { hostname } = new URL(server);
      const host = hostname.replace(/[[\]]/g, '');
      expect(only).toBe(`api 4: cluster2: nobody answers; its kubeconfig names ${host}, which is whatever host reads it`);
    },
  );

  test('a red path was measured: who does not answer any more is not why', () => {
    const [only] = causes(verdicts({ verdict: 'unreachable' }, NETWORK), ({ access }) =>
      access.set('cluster2', { problem: 'cluster2: nobody answers' }),
    );
    expect(only).toMatch(/^path 2: /);
  });

  test('one cluster under two names', () => {
    const [only, ...more] = diagnosed(verdicts({ verdict: 'unreachable' }), ({ access }) =>
      access.set('cluster2', { uid: 'uid-of-cluster1' }),
    );
    expect(more).toEqual([]);
    expect(only).toMatchObject({
      rung: 'api',
      cause:
        'the kubeconfigs of cluster1 and cluster2 lead to the same cluster: both have the uid uid-of-cluster1, expected two clusters',
      object: { cluster: 'cluster2', kind: 'Namespace', name: 'kube-system' },
    });
  });

  test('a right that is missing is told with the cluster', () => {
    const reason = 'cluster2: the credential may not create pods in namespace ns1 (403)';
    expect(
      causes(verdicts({ verdict: 'not-run', reason: `target: ${reason}` }, (pair) => pair.target.cluster === 'cluster2')),
    ).toEqual([`api 2: ${reason}`]);
  });
});

describe('probes that did not measure', () => {
  const NODE = nodeOf('cluster2');
  const waiting = (reason: string) =>
    verdicts({ verdict: 'not-run', sent: 0, reason: `target: ${reason}` }, ({ target }) => target.cluster === 'cluster2');

  test.each([
    [
      'scheduling',
      'not ready within 120 s: not scheduled: 0/1 nodes are available: 1 Insufficient cpu',
      'kubectl get nodes -o wide',
    ],
    ['image', `ErrImagePull on node ${NODE}: no such host`, `kubectl describe node ${NODE}`],
    ['address', `not ready within 120 s: no IPv4 address in ns1/vn2 yet on node ${NODE}`, 'kubectl get pods -n contrail -o wide'],
  ])('%s has its own words and its own command', (_, reason, command) => {
    expect(diagnosed(waiting(reason))).toMatchObject([{ rung: 'probe', cause: reason, command, paths: { length: 2 } }]);
  });

  test.each([
    `not ready within 120 s: Pending on node ${NODE}`,
    'not ready within 120 s: not scheduled: 0/1 nodes are available: 1 node(s) had untolerated taint(s) {node.kubernetes.io/not-ready: }',
  ])('a node whose kubelet has stopped is named, not what follows from that: %s', (reason) => {
    const message = 'Kubelet stopped posting node status.';
    const stopped = ({ nodes, daemonSets }: SeenFacts) => {
      nodes.set('cluster2', [{ ...node(NODE), status: { conditions: [{ type: 'Ready', status: 'Unknown', message }] } }]);
      daemonSets.set('cluster2', [daemonSet(0)]);
    };
    expect(diagnosed(waiting(reason), stopped)).toMatchObject([
      {
        rung: 'probe',
        cause: `Node ${NODE} on cluster2 does not report whether it is ready: Kubelet stopped posting node status`,
        object: { cluster: 'cluster2', kind: 'Node', name: NODE },
        command: `kubectl get node ${NODE} -o yaml`,
      },
    ]);
  });

  const ADDRESS = `not ready within 120 s: no IPv4 address in ns1/vn2 yet on node ${NODE}`;

  test('an address that does not come is explained by the vRouter of the node', () => {
    const gone = ({ central }: SeenFacts) => {
      central.VirtualRouter = [virtualRouter(nodeOf('cluster1'))];
    };
    expect(diagnosed(waiting(ADDRESS), gone)).toMatchObject([
      {
        rung: 'vrouter',
        cause: `VirtualRouter ${NODE} on cluster1 does not exist: the vRouter of node ${NODE} of cluster2, expected Success`,
        object: { cluster: 'cluster1', kind: 'VirtualRouter', name: NODE },
        command: `kubectl get virtualrouter ${NODE} -o yaml`,
      },
    ]);
  });

  test('an image that cannot be pulled is not', () => {
    const change = ({ daemonSets }: SeenFacts) => daemonSets.set('cluster2', [daemonSet(0)]);
    expect(causes(waiting(`ErrImagePull on node ${NODE}: no such host`), change)).toEqual([
      `probe 2: ErrImagePull on node ${NODE}: no such host`,
    ]);
  });

  test('a label that is missing keeps no probe from starting', () => {
    const change = ({ central }: SeenFacts) => {
      for (const network of central.VirtualNetwork) network.metadata.labels = {};
    };
    expect(causes(waiting(ADDRESS), change)).toEqual([`probe 2: ${ADDRESS}`]);
  });

  test('who hears nobody and is heard by nobody is one cause, named by its network', () => {
    const [from, to] = expectedOf(fleet).pairs.filter(NETWORK) as [ExpectedPair, ExpectedPair];
    const alone = (pair: ExpectedPair, side: 'source' | 'target'): PairVerdict => ({
      ...pair,
      ...{ verdict: 'inconclusive', sent: 5, received: 0 },
      reason: `${ALONE[side]} (no reply): …`,
    });
    expect(causes([alone(from, 'target'), alone(to, 'source')])).toEqual([
      'probe 2: the probe in network ns1/vn2 of cluster2 does not even reach its own network (no reply)',
    ]);
  });
});

describe('vRouters', () => {
  const red = verdicts({ verdict: 'unreachable' }, NETWORK);

  test('a cluster none of whose nodes has one that works', () => {
    const change = ({ central }: SeenFacts) => {
      central.VirtualRouter = [virtualRouter(nodeOf('cluster1'), 'Failure'), virtualRouter(nodeOf('cluster2'))];
    };
    expect(causes(red, change)).toEqual([
      'vrouter 2: VirtualRouter cluster1-cp0 on cluster1 is in state Failure: the vRouter of node cluster1-cp0 of cluster1, expected Success',
    ]);
  });

  const second = (seen: SeenFacts) => seen.nodes.get('cluster2')!.push(node('cluster2-w1'));

  test('another node than that of the probe is not blamed, nor one of several that nobody knows', () => {
    expect(causes(red, second)[0]).toMatch(/^path 2: .*; not judged: VirtualRouter cluster2-w1 on cluster1 does not exist/);
    const onNode = (end: Endpoint, name: string): Endpoint => (end.cluster === 'cluster2' ? { ...end, node: name } : end);
    const at = (name: string) =>
      red.map((pair) => ({ ...pair, source: onNode(pair.source, name), target: onNode(pair.target, name) }));
    expect(causes(at('cluster2-cp0'), second)[0]).toMatch(/^path 2: /);
    expect(causes(at('cluster2-w1'), second)[0]).toMatch(/^vrouter 2: VirtualRouter cluster2-w1 on cluster1 does not exist/);
  });
});

describe('policies', () => {
  const red = verdicts({ verdict: 'unreachable' }, NETWORK);
  const policies =
    (spec: object, namespace = 'ns1') =>
    ({ networkPolicies }: SeenFacts) =>
      networkPolicies.set('cluster2', [networkPolicy(namespace, spec)]);
  const INGRESS = { podSelector: {}, policyTypes: ['Ingress'] };

  test('one that selects the probe and lets nobody in, with the object', () => {
    const [only, ...more] = diagnosed(red, policies(INGRESS));
    expect(only).toMatchObject({
      rung: 'policy',
      cause: 'NetworkPolicy ns1/deny-all on cluster2 selects the probe and allows no ingress',
      object: { cluster: 'cluster2', kind: 'NetworkPolicy', namespace: 'ns1', name: 'deny-all' },
      command: 'kubectl get networkpolicy deny-all -n ns1 -o yaml',
      paths: [{ target: { cluster: 'cluster2' } }],
    });
    expect(more).toMatchObject([{ rung: 'path' }]);
  });

  test.each<[string, object, string]>([
    ['nobody out', { podSelector: {}, policyTypes: ['Egress'] }, 'allows no egress'],
    [
      'only others in',
      { ...INGRESS, ingress: [{ from: [{ ipBlock: { cidr: '172.16.0.0/12' } }] }] },
      'allows no ingress from network ns1/vn1 of cluster1',
    ],
    [
      'only pods of its namespace in',
      { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] },
      'allows no ingress from network ns1/vn1 of cluster1',
    ],
  ])('one that lets %s', (_, spec, words) => {
    expect(causes(red, policies(spec))).toContainEqual(
      `policy 1: NetworkPolicy ns1/deny-all on cluster2 selects the probe and ${words}`,
    );
  });

  test.each<[string, object, string]>([
    ['selects by a label', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] }, 'ns1'],
    ['is of another namespace', INGRESS, 'elsewhere'],
    ['lets everybody in', { ...INGRESS, ingress: [{}] }, 'ns1'],
    ['lets the network in', { ...INGRESS, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] }, 'ns1'],
    ['may let the source in by its namespace', { ...INGRESS, ingress: [{ from: [{ namespaceSelector: {} }] }] }, 'ns1'],
    ['is for what goes out and lets that pass', { podSelector: {}, policyTypes: ['Egress'], egress: [{}] }, 'ns1'],
  ])('one that %s is not blamed', (_, spec, namespace) => {
    expect(causes(red, policies(spec, namespace))).toEqual([expect.stringMatching(/^path 2: /)]);
  });

  test('a second one that lets the source in makes the first no cause', () => {
    const both = ({ networkPolicies }: SeenFacts) =>
      networkPolicies.set('cluster2', [networkPolicy('ns1', INGRESS), networkPolicy('ns1', { ...INGRESS, ingress: [{}] })]);
    expect(causes(red, both)).toEqual([expect.stringMatching(/^path 2: /)]);
  });

  test('a FirewallPolicy is named as not judged, where nothing else explains the loss', () => {
    const change = ({ central }: SeenFacts) =>
      central.FirewallPolicy.push({
        apiVersion: 'core.contrail.juniper.net/v1alpha1',
        kind: 'FirewallPolicy',
        metadata: { name: 'ns1-old', namespace: 'ns1' },
      });
    expect(causes(red, change)[0]).toMatch(/; not judged: FirewallPolicy ns1\/ns1-old$/);
  });
});

describe('pings and TCP', () => {
  test.each<[string, Partial<PairVerdict>, string]>([
    ['refused', { received: 5, tcp: { result: 'refused' } }, 'takes pings, but refuses TCP'],
    ['not answered', { received: 5, tcp: { result: 'timeout' } }, 'takes pings, but no TCP'],
    ['answered alone', { received: 0, tcp: { result: 'connected' } }, 'takes TCP, but no pings'],
    ['late, as pings are', { received: 4, tcp: { result: 'connected' } }, 'loses packets or is late'],
  ])('TCP that is %s', (_, change, words) => {
    expect(causes(verdicts({ verdict: 'degraded', ...change }, NETWORK))).toEqual([
      expect.stringContaining(`every path between virtual networks of cluster1 and cluster2 ${words}, default pod networks`),
    ]);
  });

  test('an address that another pod has is told by the network', () => {
    expect(
      causes(verdicts({ verdict: 'inconclusive', reason: OTHER_POD }, ({ target }) => target.network === 'ns1/vn2')),
    ).toEqual(['probe 1: another pod answers at the address of the probe in network ns1/vn2 of cluster2']);
  });

  test('rights that were asked for before anything was made are rights', () => {
    const reason = 'cluster2: nothing was made, as the credential may not create pods in ns1; list pods';
    expect(
      causes(verdicts({ verdict: 'not-run', reason: `source: ${reason}` }, ({ source }) => source.cluster === 'cluster2')),
    ).toEqual([`api 2: ${reason}`]);
  });
});

describe('packet sizes', () => {
  const sized = (mtu: (pair: ExpectedPair) => number) => verdicts({}, () => false).map((pair) => ({ ...pair, mtu: mtu(pair) }));

  test('a path through which only small packets pass is a warning, said once, without a look at an object', () => {
    expect(
      diagnose(
        fleet,
        sized((pair) => (NETWORK(pair) ? 1300 : 1500)),
        undefined,
      ),
    ).toMatchObject([
      {
        rung: 'mtu',
        severity: 'warning',
        cause: expect.stringContaining('packets of more than 1300 bytes'),
        paths: { length: 2 },
      },
    ]);
  });

  test.each([1400, 1450, 1500, 8900])('%i bytes everywhere is nothing to be said', (mtu) => {
    expect(
      diagnose(
        fleet,
        sized(() => mtu),
        undefined,
      ),
    ).toEqual([]);
  });
});
