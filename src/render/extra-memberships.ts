import { centralNamespace } from '../cn2/central-view.ts';
import { CORE, METADATA_NAME_LABEL } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import { groupOf } from '../model/kubernetes.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { objectName, objectTitle, refOf } from '../model/object-ref.ts';
import { selects } from './selectors.ts';

const ROUTER = 'VirtualNetworkRouter';
const REMEDY = 'Give it other labels, unless it is to be joined.';

/**
 * Rule manifests, warnings: networks and routers of the user's own that a router of the declaration's connections takes by their labels
 * (CN2, VirtualNetworkRouter: virtualNetworkSelector within its namespace, import.virtualNetworkRouters in any). One for each, at its
 * labels, with the first such router; and routers of the user's own that select networks of the declaration. No key and no `severity` takes
 * them away: they say what a plan connects, which whoever approves it has to see.
 */
export function extraMemberships(manifests: readonly Manifest[], fleet: Fleet): Finding[] {
  const core = manifests.filter(({ object }) => groupOf(object.apiVersion) === CORE);
  const own = core.filter((manifest) => isExtra(manifest) && [ROUTER, 'VirtualNetwork'].includes(manifest.object.kind));
  const networks = core.filter((manifest) => !isExtra(manifest) && manifest.object.kind === 'VirtualNetwork');
  const selecting = own.filter(({ object }) => object.kind === ROUTER).flatMap((router) => selected(router, networks));
  if (own.length === 0) return [];
  const routers = core.filter((manifest) => !isExtra(manifest) && manifest.object.kind === ROUTER);
  const namespaces = new Map(
    fleet.namespaces.map(({ cluster, name, labels }) => [centralNamespace(fleet, cluster, name), labels]),
  );
  const taken = own.flatMap((member): Finding[] => {
    const { kind, metadata } = member.object;
    const namespace = metadata.namespace ?? '';
    const around = { ...namespaces.get(namespace), [METADATA_NAME_LABEL]: namespace };
    const takes = kind === ROUTER ? imports : joins;
    const taker = routers.find((router) => takes(router, { namespace, labels: metadata.labels ?? {}, around }));
    if (taker === undefined || member.at === undefined) return [];
    const message = `${objectTitle(refOf(member.object))} has the labels by which router ${objectName(refOf(taker.object))} of the declaration ${kind === ROUTER ? 'imports another one' : 'selects its networks'}: it is joined with them`;
    return [{ rule: 'manifests', severity: 'warning', ...member.at(['metadata', 'labels']), message, remedy: REMEDY }];
  });
  return [...taken, ...selecting];
}

/** The other way round: a router of the user's own that takes networks of the declaration, past their connections. */
function selected(router: Manifest, networks: readonly Manifest[]): Finding[] {
  const namespace = router.object.metadata.namespace ?? '';
  const [first, ...others] = networks.filter(({ object: { metadata } }) =>
    joins(router, { namespace: metadata.namespace ?? '', labels: metadata.labels ?? {}, around: {} }),
  );
  if (first === undefined || router.at === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const message = `${objectTitle(refOf(router.object))} selects network ${namespace}/${first.object.metadata.name}${more} of the declaration: it joins them beside their connections`;
  const remedy =
    'Say it as a connection, or select other labels, unless it is meant so: the smoke test expects what the connections say.';
  return [{ rule: 'manifests', severity: 'warning', ...router.at(['spec', 'virtualNetworkSelector']), message, remedy }];
}

interface Member {
  namespace: string;
  labels: Record<string, string>;
  /** Labels of its namespace on the central cluster, as far as the declaration says. */
  around: Record<string, string>;
}

function joins({ object }: Manifest, { namespace, labels }: Member): boolean {
  const { spec } = object;
  return object.metadata.namespace === namespace && isFields(spec) && selects(spec['virtualNetworkSelector'], labels);
}

function imports({ object: { spec } }: Manifest, { labels, around }: Member): boolean {
  const imported = isFields(spec) && isFields(spec['import']) ? spec['import']['virtualNetworkRouters'] : undefined;
  return (Array.isArray(imported) ? imported : []).some(
    (entry: unknown) =>
      isFields(entry) && selects(entry['virtualNetworkRouterSelector'], labels) && selects(entry['namespaceSelector'], around),
  );
}
