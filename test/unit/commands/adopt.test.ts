import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AdoptOptions, adoptCommand } from '../../../src/commands/adopt.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { MemoryCluster } from '../../support/memory-cluster.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS, testPorts } from '../../support/ports.ts';
import { credential } from '../../support/trust-fleet.ts';
import { attachedWorld } from '../../support/trust-property.ts';
import { TrustWorld } from '../../support/trust-world.ts';

let attached: TrustWorld;
beforeAll(async () => {
  attached = await attachedWorld();
});

const K = 'kubemanager-cluster2-cluster2';

/** The attached guide, after somebody has been at its clusters. */
function worldAfter(hands: (central: MemoryCluster, distributed: MemoryCluster) => void) {
  const world = new TrustWorld(attached);
  hands(world.cn2.central, world.cn2.distributed);
  const files = memoryFiles({ ...world.hub.main.files });
  const before = files.files['clusters.yaml']!;
  const ports = testPorts(files, {
    credentials: { resolve: async (ref) => ({ status: 'ok', value: credential('env' in ref ? ref.env : '') }) },
    connector: { connect: (name) => world.cn2.clusters.get(name) as MemoryCluster },
    clock: world.clock,
  });
  return { files, before, adopt: (more: Partial<AdoptOptions> = {}) => adoptCommand(ports, { ...OPTIONS, ...more }) };
}

/** An object changed by hand. */
function byHand(cluster: MemoryCluster, kind: string, namespace: string | undefined, name: string, change: (object: KubernetesObject) => void) {
  const object = structuredClone(cluster.peek(kind, namespace, name));
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  change(object);
  cluster.put(object, 'kubectl-edit');
}

/** Lines that two texts do not share. */
function changedLines(before: string, after: string): string[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  return [...old.filter((line) => !now.includes(line)).map((line) => `-${line}`), ...now.filter((line) => !old.includes(line)).map((line) => `+${line}`)];
}

describe('drift --adopt', () => {
  test('without drift nothing is written', async () => {
    const { files, before, adopt } = worldAfter(() => {});
    const { document, conditions } = await adopt();
    expect(document.adoption).toEqual({ adopted: [], notAdopted: [], left: [], complete: true, files: [] });
    expect([conditions, files.changes, files.files['clusters.yaml']]).toEqual([[], 0, before]);
  });

  test('labels and keys of networks and namespaces', async () => {
    const { files, before, adopt } = worldAfter((central) => {
      byHand(central, 'VirtualNetwork', 'ns1', 'vn1', ({ metadata, spec }) => {
        Object.assign(metadata.labels!, { round: 'by-hand' });
        Object.assign(spec as object, { podNetwork: true });
      });
      byHand(central, 'Namespace', undefined, 'ns1', ({ metadata }) => Object.assign(metadata.labels!, { ns: 'other' }));
    });
    const { document, conditions } = await adopt();
    console.log(JSON.stringify(document.adoption, null, 1), conditions, changedLines(before, files.files['clusters.yaml']!));
  });

  test('a Vrouter and a Kubemanager', async () => {
    const { files, before, adopt } = worldAfter((central, distributed) => {
      byHand(central, 'Kubemanager', 'contrail', 'kubemanager-cluster2', ({ spec }) => Object.assign(spec as object, { enableNad: false, listenerPort: 20000 }));
      byHand(distributed, 'Vrouter', 'contrail', 'contrail-vrouter-nodes', ({ spec }) => Object.assign(spec as object, { clusterName: 'multi-cluster' }));
      byHand(central, 'VirtualNetworkRouter', `${K}-ns1`, 'vnr2', ({ metadata }) => Object.assign(metadata.labels!, { vnr: 'spoke' }));
    });
    const { document, conditions } = await adopt();
    console.log(JSON.stringify(document.adoption, null, 1), conditions, changedLines(before, files.files['clusters.yaml']!));
  });
});
