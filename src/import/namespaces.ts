import { FORWARDING_ANNOTATION, ISOLATED_LABEL, METADATA_NAME_LABEL, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import { isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { seen } from '../plan/live-objects.ts';
import { compact, type Entry } from './draft.ts';
import { isApplied, ownAnnotations, ownLabels } from './own.ts';
import { type LiveRouter, onlyOne } from './routers.ts';
import type { Place, View } from './view.ts';

/** Namespaces of Kubernetes and of CN2: nobody's to write, whatever is in them. */
const SYSTEM = /^(?:default|kube-.*|contrail(?:-.*)?|cn2-fleet-smoke|cert-manager)$/;
/** Labels that Kubernetes and what belongs to it reads; no router selects by them. */
const KUBERNETES = /^(?:[a-z0-9.-]+\.)?(?:kubernetes|k8s)\.io\//;
/** CN2 reads these annotations. */
const OF_CN2 = /^(?:[a-z0-9.-]+\.)?juniper\.(?:net|contrail)/;

/** The namespaces that CN2 does something with, or that `used` are in. */
export function namespaceEntries(
  view: View,
  used: ReadonlySet<string>,
  {
    routers,
    isTrimmed,
    isUnmanaged,
  }: { routers: readonly LiveRouter[]; isTrimmed(router: LiveRouter): boolean; isUnmanaged(id: string): boolean },
): Entry[] {
  const clusters = [view.central, ...view.distributed];
  const mirrors = [...view.distributed.map(({ prefix }) => prefix), ...view.unnamed];
  return clusters.flatMap(({ name: cluster, cluster: live }) =>
    seen(live, '', 'Namespace')
      .filter(
        ({ metadata }) => cluster !== view.central.name || !mirrors.some((prefix) => metadata.name.startsWith(`${prefix}-`)),
      )
      .filter((object) => isWanted(object) || used.has(`${cluster}/${object.metadata.name}`))
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
      .map((object) => {
        const place = { cluster, namespace: object.metadata.name };
        const here = routers.filter((router) => router.place.cluster === cluster && router.place.namespace === place.namespace);
        const labels = here.some(isTrimmed) ? selectedLabels(object, here) : usualLabels(object);
        const managed = !SYSTEM.test(place.namespace) && !isUnmanaged(`${cluster}/${place.namespace}`);
        return entryOf(view, object, place, { labels, managed });
      }),
  );
}

/** Something of CN2 is said of it by somebody. */
function isWanted({ metadata: { name, labels = {}, annotations = {}, deletionTimestamp } }: KubernetesObject): boolean {
  if (SYSTEM.test(name) || deletionTimestamp !== undefined) return false;
  return (
    labels[ISOLATED_LABEL] === 'true' ||
    [FORWARDING_ANNOTATION, POD_NETWORK_ANNOTATION].some((key) => annotations[key] !== undefined)
  );
}

function entryOf(
  view: View,
  object: KubernetesObject,
  { cluster, namespace }: Place,
  { labels, managed }: { labels: Record<string, string>; managed: boolean },
): Entry {
  const all = object.metadata.annotations ?? {};
  const prefix = view.distributed.find(({ name }) => name === cluster)?.prefix;
  const { [FORWARDING_ANNOTATION]: forwarding, ...others } = ownAnnotations(object);
  const annotations = Object.fromEntries(
    Object.entries(others)
      .filter(([key]) => OF_CN2.test(key) || isApplied(object, 'metadata', 'annotations', key))
      // The declaration has networks under the names that they have on their own cluster.
      .map(([key, value]) => [
        key,
        key === POD_NETWORK_ANNOTATION && prefix !== undefined && value.startsWith(`${prefix}-`)
          ? value.slice(prefix.length + 1)
          : value,
      ]),
  );
  return {
    value: {
      cluster,
      name: namespace,
      ...(object.metadata.labels?.[ISOLATED_LABEL] === 'true' ? { isolated: true } : {}),
      ...compact({ labels }),
      ...(managed ? compact({ annotations }) : {}),
      ...(managed && isForwarding(forwarding ?? all[FORWARDING_ANNOTATION]) ? { forwarding: all[FORWARDING_ANNOTATION] } : {}),
      ...(managed ? {} : { manage: false }),
    },
  };
}

function isForwarding(value: unknown): boolean {
  return value === 'fabric-snat' || value === 'ip-fabric';
}

function usualLabels(object: KubernetesObject): Record<string, string> {
  const entries = Object.entries(ownLabels(object));
  return Object.fromEntries(
    entries.filter(
      ([key]) => !KUBERNETES.test(key) || (key !== METADATA_NAME_LABEL && isApplied(object, 'metadata', 'labels', key)),
    ),
  );
}

/** No more labels than those by which the namespace's routers are imported. */
function selectedLabels(object: KubernetesObject, routers: readonly LiveRouter[]): Record<string, string> {
  const selectors = routers.flatMap(({ importedBy }) => importedBy.map(({ namespace }) => namespace));
  const labels = onlyOne(selectors);
  if (labels === undefined || !isFields(labels)) return usualLabels(object);
  return Object.keys(labels).includes(METADATA_NAME_LABEL) ? {} : labels;
}
