import { setTimeout as sleep } from 'node:timers/promises';
import {
  CENTRAL_KUBECONFIG_SECRET,
  CONTRAIL_NAMESPACE,
  DEPLOY_NAMESPACE,
  DEPLOYER,
  EMULATED_ANNOTATION,
  KUBECONFIG_KEY,
} from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Behavior } from './behavior.ts';
import { KubeClient } from './client.ts';
import { type Connection, connectionOf } from './connection.ts';
import { runController } from './controller.ts';
import { runDeployer } from './deployer.ts';
import { inform } from './informer.ts';
import { DEPLOYMENT, JOB, type Kind, NAMESPACE, SECRET, STATEFUL_SET } from './kinds.ts';
import { startLoop } from './loop.ts';
import { ConversionWebhook } from './plain-conversion.ts';
import { kubemanagers } from './plain-kubemanagers.ts';
import { applyContrail, loadCrds } from './plain-loader.ts';
import { emulateNodes } from './plain-nodes.ts';
import { servedKinds } from './served-versions.ts';
import { WORKLOAD_LABEL } from './workload-parts.ts';

const STARTING_MS = 500;

export interface PlainCluster {
  client: KubeClient;
  role: 'central' | 'distributed';
  /** An aggregated API serves the core kinds: no definitions of them are loaded. */
  aggregated: boolean;
  dial: (connection: Connection) => Connection;
  behavior: Behavior;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * What a cluster's nodes would do, for one that has none: runs each workload's program in this process and writes the workload's
 * status. The deployer starts once its Deployment and, on a distributed cluster, a central kubeconfig that works are there.
 */
export async function runPlainCluster({ client, role, aggregated, dial, behavior, signal, log }: PlainCluster): Promise<void> {
  const opened: KubeClient[] = [];
  const parts: Promise<void>[] = [emulateNodes(client, signal, log)];
  const loop = startLoop('workloads', () => reconcile(), signal, log);
  const trigger = () => loop.trigger();
  const deployments = inform(client, DEPLOYMENT, undefined, trigger, signal);
  const statefulSets = inform(client, STATEFUL_SET, undefined, trigger, signal);
  const jobs = inform(client, JOB, CONTRAIL_NAMESPACE, trigger, signal);
  const namespaces = inform(client, NAMESPACE, undefined, trigger, signal);
  const secrets = inform(client, SECRET, DEPLOY_NAMESPACE, trigger, signal);
  const managers = kubemanagers({ central: client, dial, behavior, changed: trigger, signal, log });
  const webhook = await ConversionWebhook.listen();
  let deployer: { pod: string; abort: AbortController } | undefined;
  let controller: AbortController | undefined;

  const reconcile = async () => {
    await Promise.all([deployments, statefulSets, jobs, namespaces, secrets].map(({ synced }) => synced));
    await followDeployer();
    if (deployer && jobs.get(CONTRAIL_NAMESPACE, 'apply-contrail')) await applyContrail(client);
    const contrail = namespaces.get(undefined, CONTRAIL_NAMESPACE);
    if (role === 'central' && contrail && contrail.metadata.annotations?.[EMULATED_ANNOTATION] === undefined) {
      await client.merge(NAMESPACE, undefined, CONTRAIL_NAMESPACE, {
        metadata: { annotations: { [EMULATED_ANNOTATION]: 'true' } },
      });
    }
    await followController();
    managers.follow(deployments.items().filter(({ metadata }) => metadata.labels?.[WORKLOAD_LABEL] === 'Kubemanager'));
    for (const deployment of deployments.items()) await mark(DEPLOYMENT, deployment, isAvailable(deployment));
    for (const statefulSet of statefulSets.items()) await mark(STATEFUL_SET, statefulSet, true);
  };

  const isAvailable = (deployment: KubernetesObject): boolean => {
    if (isDeployer(deployment)) return deployer?.pod === podOf(deployment);
    return deployment.metadata.labels?.[WORKLOAD_LABEL] !== 'Kubemanager' || managers.isReady(deployment);
  };

  const followDeployer = async () => {
    const found = deployments.get(DEPLOY_NAMESPACE, DEPLOYER);
    if (deployer && deployer.pod !== podOf(found)) {
      deployer.abort.abort();
      deployer = undefined;
      webhook.up = false;
    }
    if (!found || deployer || found.metadata.deletionTimestamp !== undefined) return;
    const central = role === 'central' ? client : await centralClient();
    if (central === undefined) return;
    await loadCrds(client, found, { core: role === 'central' && !aggregated, webhook, signal });
    // A pod takes its time to start; what is stored in another version cannot be read before.
    await sleep(STARTING_MS, undefined, { signal });
    webhook.up = true;
    const abort = new AbortController();
    const either = AbortSignal.any([signal, abort.signal]);
    const kinds = await servedKinds(client, signal, { core: false });
    parts.push(runDeployer({ client, central, behavior, kinds, signal: either, log }));
    deployer = { pod: podOf(found), abort };
  };

  /** The deployer of a distributed cluster mounts the secret, so without it there is no pod; then it connects. */
  const centralClient = async (): Promise<KubeClient | undefined> => {
    const secret = secrets.get(DEPLOY_NAMESPACE, CENTRAL_KUBECONFIG_SECRET);
    const data = (secret?.data as Record<string, string> | undefined)?.[KUBECONFIG_KEY];
    if (data === undefined) return undefined;
    const central = new KubeClient(dial(connectionOf(Buffer.from(data, 'base64').toString('utf8'))));
    const found = await central.get(NAMESPACE, undefined, CONTRAIL_NAMESPACE).catch((error: Error) => {
      central[Symbol.dispose]();
      throw error;
    });
    if (found === undefined) central[Symbol.dispose]();
    else opened.push(central);
    return found && central;
  };

  const followController = async () => {
    const wanted = deployments.items().some(({ metadata }) => metadata.labels?.[WORKLOAD_LABEL] === 'Controller');
    if (!wanted) controller?.abort();
    if (!wanted || (controller && !controller.signal.aborted)) return;
    controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    const kinds = await servedKinds(client, signal, { core: true });
    parts.push(runController({ client, kinds, behavior, signal: either, log }));
  };

  const mark = async (kind: Kind, workload: KubernetesObject, available: boolean) => {
    const now = (workload.status ?? {}) as { observedGeneration?: number; readyReplicas?: number };
    const { generation, namespace, name, deletionTimestamp } = workload.metadata;
    if (deletionTimestamp !== undefined) return;
    if (now.observedGeneration === generation && (now.readyReplicas ?? 0) === (available ? 1 : 0)) return;
    await client.mergeStatus(
      kind,
      namespace,
      name,
      kind === DEPLOYMENT
        ? deploymentStatus(generation, available)
        : {
            observedGeneration: generation,
            replicas: 1,
            currentReplicas: 1,
            updatedReplicas: 1,
            readyReplicas: 1,
            availableReplicas: 1,
          },
    );
  };
  await loop.ended;
  await managers.ended();
  await Promise.all(parts);
  for (const central of opened) central[Symbol.dispose]();
  await webhook[Symbol.asyncDispose]();
}

/** Which pod of a Deployment runs: another one for every change of its template. */
function podOf(deployment: KubernetesObject | undefined): string {
  return `${deployment?.metadata.uid} ${JSON.stringify((deployment?.spec as { template?: unknown } | undefined)?.template)}`;
}

function isDeployer({ metadata }: KubernetesObject): boolean {
  return metadata.namespace === DEPLOY_NAMESPACE && metadata.name === DEPLOYER;
}

function deploymentStatus(generation: number | undefined, available: boolean): object {
  const now = new Date().toISOString();
  const count = available ? 1 : 0;
  return {
    observedGeneration: generation,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: count,
    availableReplicas: count,
    unavailableReplicas: 1 - count,
    conditions: [
      {
        type: 'Available',
        status: available ? 'True' : 'False',
        reason: available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        lastUpdateTime: now,
        lastTransitionTime: now,
      },
      { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', lastUpdateTime: now, lastTransitionTime: now },
    ],
  };
}
