import { CONTRAIL_NAMESPACE, CORE } from '../cn2/names.ts';
import { reservedObject } from '../cn2/reserved-objects.ts';
import { fits, SUBDOMAIN } from '../declare/text-forms.ts';
import type { GroupKind, KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { refOf } from '../model/object-ref.ts';
import { seen, seenObject } from '../plan/live-objects.ts';
import { withoutServerFields } from '../render/extra-object.ts';
import { writeYaml } from '../render/yaml-writer.ts';
import { isOfCn2, withoutMarks } from './own.ts';
import { placeOf, type View } from './view.ts';

/** Kinds of CN2's core API that people make and that no key says (core API v4). Networks, subnets and routers have keys. */
const CORE_KINDS: readonly string[] = [
  ...['AddressGroup', 'ApplicationPolicySet', 'BGPAsAService', 'BGPRouter', 'ContrailSecurityPolicy', 'FirewallPolicy'],
  ...['FirewallRule', 'InterfaceRouteTable', 'MirrorDestination', 'RouteTable', 'ServiceGroup', 'ServiceHealthCheck'],
];
const NAD: GroupKind = { group: 'k8s.cni.cncf.io', kind: 'NetworkAttachmentDefinition' };
/** Kinds that are looked for beside those of the declaration's keys. */
export const CENTRAL_EXTRA_KINDS: readonly GroupKind[] = [...CORE_KINDS.map((kind) => ({ group: CORE, kind })), NAD];
export const DISTRIBUTED_EXTRA_KINDS: readonly GroupKind[] = [NAD];
/** Says which interfaces CN2 uses on nodes with several; where the vendor's files have it not, somebody has made it. */
const NETWORK_CONFIG = { group: '', kind: 'ConfigMap', namespace: CONTRAIL_NAMESPACE, name: 'contrail-network-config' };

/** Objects that somebody has made and no key says. `rendered`: whether the vendor's files have an object on a cluster. */
export function extraObjects(
  view: View,
  rendered: (cluster: string, object: KubernetesObject) => boolean,
): Map<string, KubernetesObject[]> {
  const found = new Map<string, KubernetesObject[]>();
  const isOurs = (cluster: string, object: KubernetesObject) => {
    if (isOfCn2(object) || rendered(cluster, object) || !fits(object.metadata.name, SUBDOMAIN)) return false;
    if (cluster === view.central.name && placeOf(view, object.metadata.namespace ?? '') === undefined) return false;
    return !isReserved(view, object);
  };
  const collect = (name: string, cluster: LiveCluster, kinds: readonly GroupKind[]) => {
    const objects = kinds.flatMap(({ group, kind }) => seen(cluster, group, kind)).filter((object) => isOurs(name, object));
    if (objects.length > 0) found.set(name, objects);
  };
  collect(view.central.name, view.central.cluster, CENTRAL_EXTRA_KINDS);
  for (const { name, cluster } of view.distributed) {
    collect(name, cluster, DISTRIBUTED_EXTRA_KINDS);
    const config = seenObject(cluster, NETWORK_CONFIG);
    if (config !== undefined && !rendered(name, config)) found.set(name, [...(found.get(name) ?? []), config]);
  }
  return found;
}

function isReserved({ distributed }: View, object: KubernetesObject): boolean {
  const clusters = distributed.map(({ name, kubemanager }) => ({ name, kubemanager: kubemanager.metadata.name }));
  return reservedObject(refOf(object), { distributed: clusters as never }) !== undefined;
}

/** The folder of the files of a cluster, relative to the declaration. */
export function extraFolder(cluster: string): string {
  return `extra/${cluster}`;
}

/** Files for objects as their owners mean them: a file each, without what servers and CN2 have filled in. */
export function extraFiles(extra: ReadonlyMap<string, readonly KubernetesObject[]>): Record<string, string> {
  const files: Record<string, string> = {};
  for (const [cluster, objects] of extra)
    for (const object of objects) {
      const { kind, metadata } = object;
      const name = `${kind.toLowerCase()}.${metadata.namespace ?? '_'}.${metadata.name}.yaml`;
      files[`${extraFolder(cluster)}/${name}`] = writeYaml(withoutMarks(withoutServerFields(object)));
    }
  return Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
}
