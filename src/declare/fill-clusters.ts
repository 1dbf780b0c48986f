import type { CentralCluster, CredentialRef, Detach, DistributedCluster, Patch } from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalCidr } from './cidr.ts';
import { folder, free, mapping, numberOr, registry, text, textMap, textOrNothing, texts, wholeNumber } from './values.ts';

/** A reference to a credential. */
export function credential(value: unknown): CredentialRef {
  const { env, file, context } = mapping(value);
  const place = typeof file === 'string' && typeof env !== 'string' ? { file } : { env: text(env) };
  return { ...place, ...present({ context: textOrNothing(context) }) };
}

/** A member that is left out when there is no value. */
function optionalCredential(value: unknown): CredentialRef | undefined {
  return isFields(value) ? credential(value) : undefined;
}

function clusterCommon(entry: Fields) {
  const lab = isFields(entry.lab) ? { workers: numberOr(entry.lab.workers, 0) } : undefined;
  return {
    name: text(entry.name),
    kubeconfig: credential(entry.kubeconfig),
    ...present({ handover: optionalCredential(entry.handover) }),
    server: text(entry.server),
    podSubnets: texts(entry.podSubnets).map(canonicalCidr),
    serviceSubnets: texts(entry.serviceSubnets).map(canonicalCidr),
    nodeSubnets: texts(entry.nodeSubnets).map(canonicalCidr),
    ...present({ lab }),
  };
}

/** The central cluster. */
export function central(entry: Fields): CentralCluster {
  return { ...clusterCommon(entry), ...present({ kubernetesClusterName: textOrNothing(entry.kubernetesClusterName) }) };
}

/** A distributed cluster. */
export function distributed(entry: Fields): DistributedCluster {
  const name = text(entry.name);
  const kubemanager = kubemanagerOf(entry.kubemanager);
  const selector = isFields(entry.kubemanagerNodeSelector) ? textMap(entry.kubemanagerNodeSelector) : undefined;
  return {
    ...clusterCommon(entry),
    ...present({
      index: wholeNumber(entry.index),
      listenerPort: wholeNumber(entry.listenerPort),
      constantRouteTargetNumber: wholeNumber(entry.constantRouteTargetNumber),
    }),
    state: entry.state === 'detached' ? 'detached' : 'attached',
    ...present({ detach: detachOf(entry.detach) }),
    kubemanager: kubemanager.name ?? (name === '' ? '' : `kubemanager-${name}`),
    kubeconfigSecret: textOrNothing(entry.kubeconfigSecret) ?? (name === '' ? '' : `${name}-kubeconfig`),
    ...present({
      kubemanagerSpec: kubemanager.spec,
      manifests: textOrNothing(folder(entry.manifests)),
      patches: Array.isArray(entry.patches) ? entry.patches.map((one) => patch(mapping(one))) : undefined,
      registry: registry(entry.registry),
      pullSecret: optionalCredential(entry.pullSecret),
      kubemanagerNodeSelector: selector,
    }),
  };
}

/** A name alone, or a mapping of it. */
function kubemanagerOf(value: unknown): { name?: string; spec?: Fields } {
  if (!isFields(value)) return present({ name: textOrNothing(value) });
  return present({ name: textOrNothing(value.name), spec: free(value.spec) });
}

function detachOf(value: unknown): Detach | undefined {
  return isFields(value) ? { keep: texts(value.keep), unreachable: value.unreachable === true } : undefined;
}

function patch(entry: Fields): Patch {
  return {
    kind: text(entry.kind),
    name: text(entry.name),
    ...present({ namespace: textOrNothing(entry.namespace) }),
    merge: free(entry.merge) ?? {},
  };
}
