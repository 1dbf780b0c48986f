import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { diagnose, needsDiagnosis } from '../../../src/diagnosis/diagnose.ts';
import type { CentralKind } from '../../../src/diagnosis/facts.ts';
import { expect as expectedOf, pairKey } from '../../../src/expectation/expect.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { PairVerdict, VerdictWord } from '../../../src/model/smoke.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { daemonSet, type SeenFacts, soundFacts } from '../../support/path-facts.ts';

const fleet = guideDeclaration(readFileSync(new URL('../../../examples/guide/clusters.yaml', import.meta.url), 'utf8')).fleet!;
const facts = (): SeenFacts => soundFacts(fleet);

/** The paths of the fleet, those between connected networks with this verdict. */
function verdicts(word: VerdictWord = 'unreachable', wanted = 'reach', reason = 'why'): PairVerdict[] {
  return expectedOf(fleet).pairs.map((pair) => {
    const concerned = pair.expected === wanted && pair.source.network !== 'default';
    return { ...pair, verdict: concerned ? word : 'ok', sent: 5, received: 0, reason };
  });
}

const named = (seen: SeenFacts, kind: CentralKind, name: string) =>
  seen.central[kind]!.find(({ metadata }) => metadata.name === name)!;

function add(seen: SeenFacts, object: KubernetesObject): void {
  seen.central.VirtualNetworkRouter.push(object);
}

function causes(change: (seen: SeenFacts) => void, pairs = verdicts()) {
  const seen = facts();
  change(seen);
  return diagnose(fleet, pairs, seen).map(({ rung, cause, paths }) => `${rung} ${paths.length}: ${cause}`);
}

const WITHOUT = (kind: CentralKind, name: string) => (seen: SeenFacts) => {
  seen.central[kind] = seen.central[kind]!.filter(({ metadata }) => metadata.name !== name);
};

describe('why connected networks do not reach each other', () => {
  const K = 'kubemanager-cluster2-cluster2-ns1';
  test.each<[string, (seen: SeenFacts) => void, string]>([
    [
      'a router is gone',
      WITHOUT('VirtualNetworkRouter', 'vnr1'),
      'router 2: VirtualNetworkRouter ns1/vnr1 on cluster1 does not exist',
    ],
    [
      'a router has lost its label',
      (seen) => {
        named(seen, 'VirtualNetworkRouter', 'vnr1').metadata.labels = {};
      },
      'router 2: VirtualNetworkRouter ns1/vnr1 on cluster1 has no label vnr, expected vnr=vnr1',
    ],
    [
      'a router imports nothing',
      (seen) => void delete (named(seen, 'VirtualNetworkRouter', 'vnr2')['spec'] as { import?: object }).import,
      `router 2: VirtualNetworkRouter ${K}/vnr2 on cluster1 does not import VirtualNetworkRouter ns1/vnr1`,
    ],
    [
      'a router selects something else',
      (seen) => {
        (named(seen, 'VirtualNetworkRouter', 'vnr1')['spec'] as { virtualNetworkSelector: object }).virtualNetworkSelector = {
          matchLabels: { vn: 'other' },
        };
      },
      'router 2: VirtualNetworkRouter ns1/vnr1 on cluster1 selects networks with vn=other, which VirtualNetwork ns1/vn1 does not have; expected vn=vn1',
    ],
    [
      'a router is of another type',
      (seen) => {
        (named(seen, 'VirtualNetworkRouter', 'vnr1')['spec'] as { type: string }).type = 'spoke';
      },
      'router 2: VirtualNetworkRouter ns1/vnr1 on cluster1 is of type spoke, expected mesh',
    ],
    [
      'a network has another label',
      (seen) => {
        named(seen, 'VirtualNetwork', 'vn1').metadata.labels = { vn: 'other' };
      },
      'network 2: VirtualNetwork ns1/vn1 on cluster1 has the label vn=other, expected vn=vn1',
    ],
    [
      'a namespace has lost the label that an import selects',
      (seen) => {
        named(seen, 'Namespace', K).metadata.labels = {};
      },
      `namespace 2: Namespace ${K} on cluster1 has no label ns, expected ns=cluster2-ns1`,
    ],
    ['a mirror is gone', WITHOUT('Namespace', K), `namespace 2: Namespace ${K} on cluster1 does not exist`],
    [
      'a network has failed',
      (seen) => {
        named(seen, 'VirtualNetwork', 'vn2')['status'] = { state: 'Failure', observation: 'no route target' };
      },
      `network 2: VirtualNetwork ${K}/vn2 on cluster1 is in state Failure: no route target`,
    ],
    [
      'a subnet was not processed',
      (seen) => void delete named(seen, 'Subnet', 'subnet1')['status'],
      'network 2: Subnet ns1/subnet1 on cluster1 was not processed yet',
    ],
    [
      'a router is on its way out',
      (seen) => {
        named(seen, 'VirtualNetworkRouter', 'vnr2').metadata.deletionTimestamp = '2026-11-30T00:00:00Z';
      },
      `router 2: VirtualNetworkRouter ${K}/vnr2 on cluster1 is being deleted`,
    ],
    [
      'a vRouter is not ready',
      (seen) => {
        seen.daemonSets = new Map([['cluster2', [daemonSet(0)]]]);
      },
      'vrouter 2: DaemonSet contrail/contrail-vrouter-nodes on cluster2 has 0 of 1 pods ready',
    ],
  ])('%s: one cause for all paths, with the object', (_, change, text) => {
    expect(causes(change)).toEqual([text]);
  });

  test('where everything is as declared it is between the nodes, and where something could not be read that is said', () => {
    expect(causes(() => undefined)).toEqual([
      'path 2: every path between virtual networks of cluster1 and cluster2 is lost, default pod networks there reach each other, and every object on the way is as declared',
    ]);
    const [blind] = causes((seen) => {
      Object.assign(seen.central, { VirtualNetworkRouter: 'cluster1: may not list virtualnetworkrouters (403)' });
    });
    expect(blind).toBe(
      'path 2: every path between virtual networks of cluster1 and cluster2 is lost, default pod networks there reach each other, and no object that could be read explains it (cluster1: may not list virtualnetworkrouters (403))',
    );
  });

  test('the object, and a command to look at it', () => {
    const seen = facts();
    WITHOUT('VirtualNetworkRouter', 'vnr1')(seen);
    const [only] = diagnose(fleet, verdicts(), seen);
    expect(only).toMatchObject({
      object: { cluster: 'cluster1', kind: 'VirtualNetworkRouter', namespace: 'ns1', name: 'vnr1' },
      command: 'kubectl get virtualnetworkrouter vnr1 -n ns1 -o yaml',
    });
    expect(only!.paths.map(pairKey)).toEqual(['cluster1/ns1/vn1 cluster2/ns1/vn2 v4', 'cluster2/ns1/vn2 cluster1/ns1/vn1 v4']);
  });
});

describe('why packets pass where they must not', () => {
  const leaking = () =>
    verdicts('unexpectedly-reachable', 'block').filter(
      ({ source, target, verdict }) =>
        verdict === 'ok' || [source.network, target.network].sort().join() === ['alone/vn3', 'ns1/vn1'].join(),
    );
  const foreign = (spec: object): KubernetesObject => ({
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'VirtualNetworkRouter',
    metadata: { name: 'leak', namespace: 'alone', labels: { vnr: 'leak' } },
    spec,
    status: { state: 'Success' },
  });

  test('a router that the fleet does not declare', () => {
    const spec = { type: 'mesh', virtualNetworkSelector: { matchLabels: { vn: 'vn3' } } };
    expect(causes((seen) => add(seen, foreign(spec)), leaking())).toEqual([
      'router 2: VirtualNetworkRouter alone/leak on cluster1 selects VirtualNetwork alone/vn3, and the fleet does not declare it',
    ]);
  });

  test('two that join them are one cause, whichever direction it is seen in', () => {
    const spec = (vn: string) => ({ type: 'mesh', virtualNetworkSelector: { matchLabels: { vn } } });
    const two = (seen: Parameters<typeof add>[0]) => {
      const other = foreign(spec('vn1'));
      add(seen, { ...other, metadata: { ...other.metadata, namespace: 'ns1' } });
      add(seen, foreign(spec('vn3')));
    };
    expect(causes(two, leaking())).toEqual([
      'router 2: VirtualNetworkRouter alone/leak on cluster1 selects VirtualNetwork alone/vn3, and the fleet does not declare it',
    ]);
  });

  test('one that selects neither is no cause', () => {
    const spec = { type: 'mesh', virtualNetworkSelector: { matchLabels: { vn: 'elsewhere' } } };
    expect(causes((seen) => add(seen, foreign(spec)), leaking())).toEqual([
      'path 2: packets pass within cluster1, and every object on the way is as declared',
    ]);
  });
});

describe('why paths could not be judged', () => {
  test('what kept the probes from measuring is one cause, whichever end it was', () => {
    const reason = 'ErrImagePull on node cluster1-cp0: no such host';
    const pairs = verdicts('not-run').map((pair, at) => ({
      ...pair,
      reason: `${at % 2 === 0 ? 'source' : 'target'}: ${reason}`,
    }));
    expect(causes(() => undefined, pairs)).toEqual([`probe 2: ${reason}`]);
  });

  test('a network that has failed is named, not the probe that waits for it', () => {
    const change = (seen: SeenFacts) => {
      named(seen, 'VirtualNetwork', 'vn1')['status'] = { state: 'Failure' };
    };
    expect(causes(change, verdicts('not-run', 'reach', 'source: virtual network ns1/vn1 is Failure'))).toEqual([
      'network 2: VirtualNetwork ns1/vn1 on cluster1 is in state Failure',
    ]);
  });

  test('nothing is looked at where all is as declared', () => {
    expect(needsDiagnosis(verdicts('ok'))).toBe(false);
    expect(needsDiagnosis(verdicts('inconclusive'))).toBe(true);
    expect(causes(() => undefined, verdicts('ok'))).toEqual([]);
  });
});
