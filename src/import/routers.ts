import { isDefaultNetwork } from '../cn2/default-networks.ts';
import { CORE, ISOLATED_LABEL, METADATA_NAME_LABEL } from '../cn2/names.ts';
import { fits, OBJECT_NAME } from '../declare/text-forms.ts';
import { isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { seen } from '../plan/live-objects.ts';
import { isOfCn2, ownLabels, specOf } from './own.ts';
import { plainLabels, takes } from './selector.ts';
import { inOrder, type Place, placeOf, type View } from './view.ts';

/** A live router that connections of the declaration may be made of. */
export interface LiveRouter {
  object: KubernetesObject;
  place: Place;
  role: 'mesh' | 'hub' | 'spoke';
  /** Ids of the networks that it selects. */
  networks: string[];
  /** The selector of networks, where it says nothing but labels. */
  selected: Record<string, string> | undefined;
  imports: Set<LiveRouter>;
  /** The selectors by which others import it, where they say nothing but labels. */
  importedBy: { router: Record<string, string> | undefined; namespace: Record<string, string> | undefined }[];
}

const ROLES: readonly string[] = ['mesh', 'hub', 'spoke'];
/** Fields that connections say; every other one that says something keeps a router out of them. */
const SAID: ReadonlySet<string> = new Set(['type', 'virtualNetworkSelector', 'import', 'fqName']);

/** Every router that somebody has made. */
export function ownRouters({ central }: View): KubernetesObject[] {
  return seen(central.cluster, CORE, 'VirtualNetworkRouter').filter((object) => !isOfCn2(object));
}

/**
 * The routers that could be connections, with what they select and import just now. `declared`: whether a network (central namespace and
 * name) has an entry of its own.
 */
export function liveRouters(view: View, declared: (namespace: string, name: string) => boolean): LiveRouter[] {
  const spaces = new Map<string, Record<string, string>>(
    seen(view.central.cluster, '', 'Namespace').map(({ metadata: { name, labels } }) => [
      name,
      { ...labels, [METADATA_NAME_LABEL]: name },
    ]),
  );
  const networks = Map.groupBy(seen(view.central.cluster, CORE, 'VirtualNetwork'), ({ metadata }) => metadata.namespace ?? '');
  const routers = ownRouters(view).flatMap((object): LiveRouter[] => {
    const namespace = object.metadata.namespace ?? '';
    const place = placeOf(view, namespace);
    const { type, virtualNetworkSelector, ...others } = specOf(object);
    if (place === undefined || typeof type !== 'string' || !ROLES.includes(type) || !fits(object.metadata.name, OBJECT_NAME))
      return [];
    if (Object.entries(others).some(([key, value]) => !SAID.has(key) && !isNothing(value))) return [];
    const chosen = (networks.get(namespace) ?? []).filter(({ metadata }) => takes(virtualNetworkSelector, metadata.labels ?? {}));
    const isolated = spaces.get(namespace)?.[ISOLATED_LABEL] === 'true';
    const sayable = chosen.every(({ metadata: { name } }) => (isDefaultNetwork(name) ? isolated : declared(namespace, name)));
    if (chosen.length === 0 || !sayable) return [];
    return [
      {
        object,
        place,
        role: type as LiveRouter['role'],
        networks: chosen.map(({ metadata }) => `${place.cluster}/${place.namespace}/${metadata.name}`).sort(),
        selected: plainLabels(virtualNetworkSelector),
        imports: new Set(),
        importedBy: [],
      },
    ];
  });
  for (const router of routers)
    for (const entry of importsOf(router.object)) {
      for (const other of routers) {
        if (other !== router && isImported(entry, router, other, spaces)) {
          router.imports.add(other);
          other.importedBy.push({
            router: plainLabels(entry['virtualNetworkRouterSelector']),
            namespace: plainLabels(entry['namespaceSelector']),
          });
        }
      }
    }
  return inOrder(view, routers, ({ place, object }) => ({ ...place, name: object.metadata.name }));
}

function isNothing(value: unknown): boolean {
  return (
    value === '' ||
    value === false ||
    value === null ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function importsOf(router: KubernetesObject): { [key: string]: unknown }[] {
  const imported = specOf(router)['import'];
  const entries = isFields(imported) ? imported['virtualNetworkRouters'] : undefined;
  return (Array.isArray(entries) ? entries : []).filter(isFields);
}

function isImported(
  entry: { [key: string]: unknown },
  router: LiveRouter,
  { object }: LiveRouter,
  spaces: ReadonlyMap<string, Record<string, string>>,
): boolean {
  if (!takes(entry['virtualNetworkRouterSelector'], object.metadata.labels ?? {})) return false;
  const namespace = object.metadata.namespace ?? '';
  // Without a selector only the router's own namespace is meant.
  if (entry['namespaceSelector'] === undefined) return namespace === router.object.metadata.namespace;
  return takes(entry['namespaceSelector'], spaces.get(namespace) ?? {});
}

/** The labels of a router as a connection has to say them; `trimmed`: no more of them than others import it by, where these agree. */
export function routerLabels({ object, importedBy }: LiveRouter, trimmed: boolean): Record<string, string> {
  const labels = ownLabels(object);
  return trimmed ? (onlyOne(importedBy.map(({ router }) => router)) ?? labels) : labels;
}

/** The labels that all of some selectors ask for, where each of them asks for the same. */
export function onlyOne(selectors: readonly (Record<string, string> | undefined)[]): Record<string, string> | undefined {
  const texts = new Set(selectors.map((labels) => JSON.stringify(labels && Object.entries(labels).sort())));
  return texts.size === 1 ? selectors[0] : undefined;
}
