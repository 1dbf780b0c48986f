import { isDefaultNetwork } from '../cn2/default-networks.ts';
import { CONTRAIL_NAMESPACE, CORE, DEFAULT_SUBNETS, FIELD_MANAGER, isOwnKey } from '../cn2/names.ts';
import { isFields, ownMember } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { ownEntry } from '../plan/ownership.ts';
import { fieldsAt, textAt } from './view.ts';

/** Programs of CN2 that write objects, by the name of their field manager (observed; contrail-… are its Deployments). */
const CN2_MANAGERS = /^(?:manager|kubemanager|kube-manager|contrail-[a-z0-9-]+)$/;
/** What CN2 says on networks that it has made for a NetworkAttachmentDefinition. */
const NAD_MARK = 'juniper.net/nad-name';
/** Networks without addresses that every central cluster has. */
const UNDERLAY_NETWORKS: readonly string[] = ['ip-fabric', 'link-local'];
const CONTROL_NODE = 'control-node';

/**
 * Whether CN2 itself has made an object, and would make it again: it is nobody's to declare. Default networks and routers, what follows
 * from another object, and what only programs of CN2 have written.
 */
export function isOfCn2(object: KubernetesObject): boolean {
  const { kind, metadata } = object;
  const core = groupOf(object.apiVersion) === CORE;
  if ((metadata.ownerReferences ?? []).length > 0 || metadata.deletionTimestamp !== undefined) return true;
  if (core && kind === 'VirtualNetwork' && (isDefaultNetwork(metadata.name) || isOfNad(object) || isUnderlay(object)))
    return true;
  if (core && kind === 'Subnet' && (Object.values(DEFAULT_SUBNETS) as string[]).includes(metadata.name)) return true;
  // Names of default routers have capital letters, which no other object may have.
  if (core && kind === 'VirtualNetworkRouter' && /[A-Z]/.test(metadata.name)) return true;
  if (core && kind === 'BGPRouter' && textAt(object, 'spec', 'bgpRouterParameters', 'routerType') === CONTROL_NODE) return true;
  const writers = (metadata.managedFields ?? []).filter(({ subresource = '' }) => subresource === '');
  return writers.length > 0 && writers.every(({ manager }) => CN2_MANAGERS.test(manager));
}

function isUnderlay({ metadata }: KubernetesObject): boolean {
  return metadata.namespace === CONTRAIL_NAMESPACE && UNDERLAY_NETWORKS.includes(metadata.name);
}

function isOfNad({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.[NAD_MARK] !== undefined || metadata.labels?.[NAD_MARK] !== undefined;
}

/** Labels and annotations that CN2 and kubectl write, or this tool when it applies. */
function isWritten(key: string): boolean {
  return isOwnKey(key) || key === KUBECTL || SYSTEM_KEYS.some((start) => key.startsWith(start));
}

const KUBECTL = 'kubectl.kubernetes.io/last-applied-configuration';
const SYSTEM_KEYS = ['back-reference.core.juniper.net/', 'juniper.net/nad-', 'juniper.net/networks-status'];
/** Keys of labels by which CN2 finds what is its own. */
const CN2_LABELS = 'core.juniper.net/';

/** The labels that somebody has given an object. */
export function ownLabels({ metadata }: KubernetesObject): Record<string, string> {
  return kept(metadata.labels, (key) => !isWritten(key) && !key.startsWith(CN2_LABELS));
}

/** The annotations that somebody has given an object. */
export function ownAnnotations({ metadata }: KubernetesObject): Record<string, string> {
  return kept(metadata.annotations, (key) => !isWritten(key));
}

function kept(map: Record<string, string> | undefined, keep: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keep(key)));
}

/** Whether this tool has applied a field: left out of a declaration, it would be taken away. */
export function isApplied(object: KubernetesObject, ...path: string[]): boolean {
  const entry = ownEntry(object);
  if (entry?.manager !== FIELD_MANAGER) return false;
  const at = path
    .slice(0, -1)
    .reduce<unknown>((part, key) => (isFields(part) ? ownMember(part, `f:${key}`) : undefined), entry.fieldsV1);
  return isFields(at) && Object.hasOwn(at, `f:${path.at(-1)!}`);
}

/** An object without what CN2 adds to it, in labels, annotations and finalizers. */
export function withoutMarks(object: KubernetesObject): KubernetesObject {
  const { finalizers: _finalizers, labels: _labels, annotations: _annotations, ...metadata } = object.metadata;
  const labels = ownLabels(object);
  const annotations = ownAnnotations(object);
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
  };
}

/** The spec of an object. */
export function specOf(object: KubernetesObject): { [key: string]: unknown } {
  return fieldsAt(object, 'spec');
}
