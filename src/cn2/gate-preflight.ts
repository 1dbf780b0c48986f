import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Gate, seenAs } from './gate.ts';
import {
  all,
  coreStateSuccess,
  deploymentAvailable,
  hasCondition,
  type Judgement,
  judgeNamed,
  statefulSetReady,
  waiting,
} from './health.ts';
import { CENTRAL_KUBEMANAGER, CONTRAIL_NAMESPACE, CORE, centralPrefix, DEFAULT_POD_NETWORK, SYSTEM_NAMESPACE } from './names.ts';

/** What a healthy central cluster runs (names observed in the multi-cluster guide and Juniper's manifests). */
const CENTRAL_DEPLOYMENTS = [
  { namespace: SYSTEM_NAMESPACE, name: 'contrail-k8s-apiserver' },
  { namespace: SYSTEM_NAMESPACE, name: 'contrail-k8s-controller' },
  { namespace: CONTRAIL_NAMESPACE, name: CENTRAL_KUBEMANAGER },
] as const;
const CENTRAL_STATEFUL_SET = { namespace: CONTRAIL_NAMESPACE, name: 'contrail-control' } as const;

/** The objects by which the central cluster's health is judged. */
export interface CentralObjects {
  apiServices: readonly KubernetesObject[];
  deployments: readonly KubernetesObject[];
  statefulSets: readonly KubernetesObject[];
  networks: readonly KubernetesObject[];
}

function isCoreApi(apiService: KubernetesObject): boolean {
  return apiService.metadata.name.endsWith(`.${CORE}`);
}

/** Where CN2 keeps the central cluster's own default networks. */
function isCentralDefaultNamespace(namespace: string | undefined, fleet: Fleet): boolean {
  const known = fleet.central.kubernetesClusterName;
  if (known !== undefined) return namespace === `${centralPrefix(known)}-contrail`;
  return namespace?.startsWith(`${CENTRAL_KUBEMANAGER}-`) === true && namespace.endsWith('-contrail');
}

/** Row 0 of the attach table: the central cluster's API, controllers and own default network work. */
export function centralHealth(fleet: Fleet, objects: CentralObjects): Judgement {
  const apis = objects.apiServices.filter(isCoreApi);
  const network = objects.networks.find(
    (candidate) =>
      candidate.metadata.name === DEFAULT_POD_NETWORK && isCentralDefaultNamespace(candidate.metadata.namespace, fleet),
  );
  return all([
    apis.length === 0
      ? waiting(`no APIService of ${CORE} is registered`)
      : all(apis.map((apiService) => hasCondition(apiService, 'Available'))),
    ...CENTRAL_DEPLOYMENTS.map((wanted) =>
      judgeNamed(objects.deployments, { kind: 'Deployment', ...wanted }, deploymentAvailable),
    ),
    judgeNamed(objects.statefulSets, { kind: 'StatefulSet', ...CENTRAL_STATEFUL_SET }, statefulSetReady),
    network === undefined
      ? waiting(`VirtualNetwork ${DEFAULT_POD_NETWORK} of the central cluster does not exist`)
      : coreStateSuccess(network),
  ]);
}

/** Stage 00: CN2 on the central cluster is a precondition, checked and never applied. */
export function preflightGate(fleet: Fleet, cluster: string): Gate {
  const central = fleet.central.name;
  return {
    stage: '00-preflight',
    cluster,
    watch: {
      apiServices: { cluster: central, group: 'apiregistration.k8s.io', kind: 'APIService' },
      systemDeployments: { cluster: central, group: 'apps', kind: 'Deployment', namespace: SYSTEM_NAMESPACE },
      deployments: {
        cluster: central,
        group: 'apps',
        kind: 'Deployment',
        namespace: CONTRAIL_NAMESPACE,
        name: CENTRAL_KUBEMANAGER,
      },
      statefulSets: { cluster: central, group: 'apps', kind: 'StatefulSet', ...CENTRAL_STATEFUL_SET },
      networks: { cluster: central, group: CORE, kind: 'VirtualNetwork', name: DEFAULT_POD_NETWORK },
    },
    judge: (seen) =>
      centralHealth(fleet, {
        apiServices: seenAs(seen, 'apiServices'),
        deployments: [...seenAs(seen, 'systemDeployments'), ...seenAs(seen, 'deployments')],
        statefulSets: seenAs(seen, 'statefulSets'),
        networks: seenAs(seen, 'networks'),
      }),
  };
}
