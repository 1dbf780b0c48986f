import { createHash } from 'node:crypto';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Behavior } from './behavior.ts';
import { makeCertificateSecrets } from './certificates.ts';
import type { KubeClient } from './client.ts';
import type { ControlPlaneImages } from './control-plane-images.ts';
import { coreApiDeployment } from './core-api-deployment.ts';
import { vrouterDaemonSet } from './daemonset.ts';
import { MANAGER } from './finalizers.ts';
import { type Informer, inform } from './informer.ts';
import { type Cn2Kinds, CRD, DAEMON_SET, DEPLOYMENT, type Kind, NAMESPACE, SECRET, STATEFUL_SET } from './kinds.ts';
import { kubeadmCluster } from './kubeadm-config.ts';
import { startLoop } from './loop.ts';
import { removeOrphanMirrors } from './orphan-mirrors.ts';
import { servedKinds } from './served-versions.ts';
import { clusterNameOf, deployerLabels, virtualRouters } from './virtual-routers.ts';
import { WORKLOAD_LABEL } from './workload-parts.ts';
import { apiServerStandIn, controllerDeployment, controlStatefulSet, kubemanagerDeployment } from './workloads.ts';

export interface DeployerOptions {
  client: KubeClient;
  /** The central cluster's API; the same client there. */
  central: KubeClient;
  behavior: Behavior;
  kinds: Cn2Kinds;
  /** What the API server of the core kinds is made of; absent: something else serves them. */
  images?: ControlPlaneImages;
  signal: AbortSignal;
  log: (line: string) => void;
}

const DIGEST_ANNOTATION = 'emulated.cn2/digest';

/** What an operator kind becomes. */
interface Workload {
  owner: Kind;
  workload: Kind;
  build: (owner: KubernetesObject) => KubernetesObject;
}

function workloadsOf(kinds: Cn2Kinds, images: ControlPlaneImages | undefined): Workload[] {
  const apiServer = (owner: KubernetesObject) =>
    images === undefined ? apiServerStandIn(owner) : coreApiDeployment(owner, images);
  return [
    { owner: kinds.apiServer, workload: DEPLOYMENT, build: apiServer },
    { owner: kinds.controller, workload: DEPLOYMENT, build: controllerDeployment },
    { owner: kinds.kubemanager, workload: DEPLOYMENT, build: kubemanagerDeployment },
    { owner: kinds.control, workload: STATEFUL_SET, build: controlStatefulSet },
    { owner: kinds.vrouter, workload: DAEMON_SET, build: vrouterDaemonSet },
  ];
}

/**
 * The emulated contrail-k8s-deployer: keeps a workload for every operator object of its cluster, and the secrets of a
 * ContrailCertificateManager. A workload that was removed or lost its object is made again or removed. For nodes with a ready vRouter
 * it makes the VirtualRouters on the central cluster.
 */
export async function runDeployer(options: DeployerOptions): Promise<void> {
  const routers = options.behavior.virtualRouters === 'deployer' ? deployerRouters(options) : undefined;
  await Promise.all([runWorkloads(options), routers]);
}

/** Waits for the core kinds without holding up the workloads: one of these is what serves them. */
async function deployerRouters({ client, central, kinds, signal, log }: DeployerOptions): Promise<void> {
  try {
    const [{ virtualRouter }, own, { name }] = await Promise.all([
      servedKinds(central, signal, { core: true }),
      client.get(NAMESPACE, undefined, 'kube-system'),
      kubeadmCluster(client),
    ]);
    await virtualRouters({
      own: client,
      central,
      kinds: { vrouter: kinds.vrouter, virtualRouter },
      manager: MANAGER,
      id: own?.metadata.uid ?? name,
      labels: deployerLabels,
      cluster: (vrouter) => clusterNameOf(vrouter) || name.replaceAll('.', '-'),
      signal,
      log,
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function runWorkloads({ client, central, behavior, kinds, images, signal, log }: DeployerOptions): Promise<void> {
  const loop = startLoop('deployer', () => reconcile(), signal, log);
  const watch = (kind: Kind) => inform(client, kind, undefined, () => loop.trigger(), signal);
  const table = workloadsOf(kinds, images).map((row) => ({ ...row, owners: watch(row.owner) }));
  const workloads = new Map<Kind, Informer>([DEPLOYMENT, STATEFUL_SET, DAEMON_SET].map((kind) => [kind, watch(kind)]));
  const crds = watch(CRD);
  const mirrors = client === central && behavior.mirrors === 'removed' ? watch(NAMESPACE) : undefined;
  let managers: Informer | undefined;
  let secrets: Informer | undefined;

  /** What has been replaced meanwhile waits for nothing: kinds that it cannot read any more would never be there. */
  const inSync = async (informers: Informer[]) => {
    const ended = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await Promise.race([Promise.all(informers.map(({ synced }) => synced)), ended]);
  };

  const reconcile = async () => {
    await inSync([...table.map(({ owners }) => owners), ...workloads.values(), crds]);
    const failures: unknown[] = [];
    for (const { owner, workload, build, owners } of table) {
      const present = workloads.get(workload);
      for (const object of owners.items()) {
        if (object.metadata.deletionTimestamp !== undefined) continue;
        // One that the API refuses must not keep the others from starting.
        await ensure(workload, build(object), present).catch((error) => failures.push(error));
      }
      for (const { metadata } of present?.items() ?? []) {
        const orphan = metadata.labels?.[WORKLOAD_LABEL] === owner.kind && !owners.get(metadata.namespace, metadata.name);
        if (orphan && metadata.deletionTimestamp === undefined) await client.delete(workload, metadata.namespace, metadata.name);
      }
    }
    await certificates();
    if (mirrors !== undefined) await orphans(mirrors);
    if (failures.length > 0) throw failures[0];
  };

  const orphans = async (namespaces: Informer) => {
    await namespaces.synced;
    const kubemanagers = table.find(({ owner }) => owner === kinds.kubemanager)!.owners.items();
    const deployments = workloads.get(DEPLOYMENT)!.items();
    await removeOrphanMirrors(client, { namespaces: namespaces.items(), kubemanagers, deployments });
  };

  const ensure = async (kind: Kind, wanted: KubernetesObject, present: Informer | undefined) => {
    const digest = createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
    const found = present?.get(wanted.metadata.namespace, wanted.metadata.name);
    if (found?.metadata.annotations?.[DIGEST_ANNOTATION] === digest) return;
    const object = { ...wanted, metadata: { ...wanted.metadata, annotations: { [DIGEST_ANNOTATION]: digest } } };
    await client.apply(kind, object, MANAGER);
  };

  /** Releases up to 22.3 do not have this kind. */
  const certificates = async () => {
    if (!crds.get(undefined, `${kinds.certificates.plural}.${kinds.certificates.group}`)) return;
    managers ??= watch(kinds.certificates);
    secrets ??= inform(client, SECRET, 'contrail', () => loop.trigger(), signal);
    await inSync([managers, secrets]);
    for (const manager of managers.items()) await makeCertificateSecrets(client, manager);
  };
  return loop.ended;
}
