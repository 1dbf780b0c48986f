import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { vrouterDaemonSet } from '../../../lab/cn2/control/daemonset.ts';
import { objectsOf } from '../../../lab/cn2/control/objects.ts';
import { commonOf } from '../../../lab/cn2/control/workload-parts.ts';
import { controlStatefulSet, kubemanagerDeployment } from '../../../lab/cn2/control/workloads.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

const FOLDER = join(import.meta.dirname, '../../../examples/guide/cn2/22.2');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const central = objectsOf(read('central_cluster_deployer_example.yaml'));
const embedded = central.find(({ metadata }) => metadata.name === 'contrail-cr')?.data as Record<string, string> | undefined;
const crs = objectsOf(embedded?.['contrail-cr.yaml'] ?? '');
const vrouters = objectsOf(read('distributed_cluster_vrouter_example.yaml'));

interface PodSpec {
  hostNetwork: boolean;
  tolerations: object[];
  nodeSelector?: object;
  affinity?: object;
  volumes?: { name: string; secret?: { secretName: string } }[];
  initContainers?: { name: string; command: string[] }[];
  containers: { name: string; image: string; command: string[]; ports?: object[]; readinessProbe?: object }[];
}

function podSpec(workload: KubernetesObject): PodSpec {
  return (workload.spec as { template: { spec: PodSpec } }).template.spec;
}

function kubemanager(spec: object): KubernetesObject {
  return {
    apiVersion: 'configplane.juniper.net/v1alpha1',
    kind: 'Kubemanager',
    metadata: { namespace: 'contrail', name: 'km', uid: 'u1' },
    spec: { common: { containers: [{ name: 'contrail-k8s-kubemanager', image: 'r/k:1' }] }, ...spec },
  };
}

describe('the DaemonSet of a Vrouter', () => {
  const [masters, nodes] = vrouters.map((vrouter) =>
    vrouterDaemonSet({ ...vrouter, metadata: { ...vrouter.metadata, uid: 'u' } }),
  );

  test('has the name, containers and images of the Vrouter and goes with it', () => {
    expect(masters?.metadata.name).toBe('contrail-vrouter-masters');
    expect(masters?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Vrouter', name: 'contrail-vrouter-masters', uid: 'u' });
    const spec = podSpec(masters as KubernetesObject);
    expect(spec.containers.map(({ name, image }) => [name, image])).toEqual([
      ['contrail-vrouter-agent', 'hub.juniper.net/cn2/contrail-vrouter-agent:22.2.0.93'],
      ['contrail-watcher', 'hub.juniper.net/cn2/contrail-init:22.2.0.93'],
      ['contrail-vrouter-telemetry-exporter', 'hub.juniper.net/cn2/contrail-telemetry-exporter:22.2.0.93'],
    ]);
    expect(spec.initContainers?.map(({ name }) => name)).toEqual(['contrail-init', 'contrail-cni-init']);
  });

  test('runs the agent in the agent container only', () => {
    const roles = podSpec(masters as KubernetesObject).containers.map(({ command }) => command.at(-1));
    expect(roles).toEqual(['vrouter-agent', '2147483647', '2147483647']);
  });

  test('stands on the host network of the nodes that the Vrouter selects, whatever their taints', () => {
    expect(podSpec(masters as KubernetesObject)).toMatchObject({
      hostNetwork: true,
      tolerations: [{ operator: 'Exists' }],
      nodeSelector: { 'node-role.kubernetes.io/master': '' },
    });
    expect(podSpec(nodes as KubernetesObject).affinity).toEqual(commonOf(vrouters[1] as KubernetesObject).affinity);
  });
});

describe('the Deployment of a Kubemanager', () => {
  test('takes its listener port on the host and mounts the secret that it names', () => {
    const spec = podSpec(
      kubemanagerDeployment(kubemanager({ listenerPort: 19447, kubeconfigSecretName: 'workload-kubeconfig' })),
    );
    expect(spec.containers[0]?.ports).toEqual([{ name: 'listener', containerPort: 19447, hostPort: 19447, protocol: 'TCP' }]);
    expect(spec.volumes?.[0]?.secret?.secretName).toBe('workload-kubeconfig');
  });

  test('is available only when the kubemanager says that both clusters have answered', () => {
    const spec = podSpec(kubemanagerDeployment(kubemanager({ listenerPort: 19447 })));
    expect(spec.containers[0]?.readinessProbe).toMatchObject({ httpGet: { path: '/readyz', port: 19447 } });
  });

  test('the central one has the central port and no secret', () => {
    const own = crs.find(({ kind }) => kind === 'Kubemanager') as KubernetesObject;
    const spec = podSpec(kubemanagerDeployment(own));
    expect(spec.containers[0]?.ports).toMatchObject([{ hostPort: 19445 }]);
    expect(spec.volumes).toBeUndefined();
  });
});

test('Control becomes a StatefulSet with both containers', () => {
  const control = crs.find(({ kind }) => kind === 'Control') as KubernetesObject;
  const spec = podSpec(controlStatefulSet(control));
  expect(spec.containers.map(({ name }) => name)).toEqual(['contrail-control', 'contrail-control-telemetry-exporter']);
});
