import { type Disruption, INTERRUPTIONS, type Interruption } from '../model/interruption.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Change, FieldChange } from '../model/plan.ts';
import { CONFIGPLANE, CORE, DATAPLANE, FLEET_LABEL, FORWARDING_ANNOTATION, ISOLATED_LABEL, MANAGED_BY_LABEL } from './names.ts';

/** Fields of a kind, and what a change of one of them interrupts. The first row that fits counts; none: nothing. */
interface Row {
  path: RegExp;
  /** Which changes of the field; all where it is left out. */
  when?: (field: FieldChange) => boolean;
  interrupts?: Interruption;
}

/** What setting a field for the first time does not interrupt. */
const wasThere = ({ before }: FieldChange) => before !== undefined;

/** A list that loses nothing: whoever is in it stays. */
const onlyMore = ({ before, after }: FieldChange) =>
  before === undefined ||
  (Array.isArray(before) && Array.isArray(after) && before.every((item) => after.some((other) => same(item, other))));

const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('.', '\\.');

/** The fleet's own marks and what only Kubernetes reads: no router selects by them. */
const NO_SELECTION = new RegExp(
  `^/metadata/labels/(?:${escaped(MANAGED_BY_LABEL)}|${escaped(FLEET_LABEL)}|pod-security\\.kubernetes\\.io~1[^/]+)$`,
);
/** Routers select by labels: what loses one, or has another value, may drop out of its connection. */
const LABELS: readonly Row[] = [
  { path: NO_SELECTION },
  { path: /^\/metadata\/labels(?:\/|$)/, when: wasThere, interrupts: 'traffic' },
];

/**
 * What changes of a live object interrupt, by kind and field. A vRouter is restarted for each change of its Vrouter (the examples
 * take all nodes at once: maxUnavailablePercentage 100%), a kubemanager for each of its Kubemanager; selectors, imports, labels and
 * route targets say which networks reach each other (CRDs and example manifests; that additions cut nothing is derived).
 */
const TABLE: Readonly<Record<string, readonly Row[]>> = {
  [`${DATAPLANE}/Vrouter`]: [{ path: /^\/spec(?:\/|$)/, interrupts: 'vrouter' }],
  [`${CONFIGPLANE}/Kubemanager`]: [{ path: /^\/spec(?:\/|$)/, interrupts: 'kubemanager' }],
  [`${CORE}/VirtualNetworkRouter`]: [
    ...LABELS,
    { path: /^\/spec\/import(?:\/virtualNetworkRouters)?$/, when: onlyMore },
    { path: /^\/spec(?:\/|$)/, interrupts: 'traffic' },
  ],
  [`${CORE}/VirtualNetwork`]: [
    ...LABELS,
    { path: /^\/spec\/(?:routeTargetList|importRouteTargetList|exportRouteTargetList)$/, when: onlyMore },
    { path: /^\/spec\/v[46]SubnetReference(?:\/|$)/, when: (field) => !wasThere(field) },
    { path: /^\/spec(?:\/|$)/, interrupts: 'traffic' },
  ],
  [`${CORE}/Subnet`]: [{ path: /^\/spec(?:\/|$)/, when: wasThere, interrupts: 'traffic' }],
  '/Namespace': [
    { path: new RegExp(`^/metadata/labels/${escaped(ISOLATED_LABEL)}$`), interrupts: 'traffic' },
    { path: new RegExp(`^/metadata/annotations/${escaped(FORWARDING_ANNOTATION)}$`), interrupts: 'traffic' },
    ...LABELS,
  ],
};

/** Of other kinds of CN2's core API (BGP routers, route tables, policies): what they say decides who reaches whom, and how (derived). */
const OTHER_CORE: readonly Row[] = [{ path: /^\/spec(?:\/|$)/, when: wasThere, interrupts: 'traffic' }];

/** What goes with an object. */
const TAKEN_AWAY: Readonly<Record<string, readonly Interruption[]>> = {
  '/Namespace': ['content'],
  [`${DATAPLANE}/Vrouter`]: ['unplugged'],
  [`${CONFIGPLANE}/Kubemanager`]: ['detach', 'traffic'],
  [`${CORE}/VirtualNetworkRouter`]: ['traffic'],
  [`${CORE}/VirtualNetwork`]: ['traffic'],
  [`${CORE}/Subnet`]: ['traffic'],
};

/** The same of what comes back under another name or is made again. */
const REPLACED: typeof TAKEN_AWAY = {
  ...TAKEN_AWAY,
  [`${DATAPLANE}/Vrouter`]: ['vrouter'],
  [`${CONFIGPLANE}/Kubemanager`]: ['traffic', 'kubemanager'],
};

/** What a change interrupts, the worst first; empty: nothing that is known. What is created interrupts nothing. */
export function interruptionsOf(change: Pick<Change, 'action' | 'apiVersion' | 'kind' | 'fields'>): Interruption[] {
  const { action } = change;
  const group = groupOf(change.apiVersion);
  const kind = `${group}/${change.kind}`;
  const rows = TABLE[kind] ?? (group === CORE ? OTHER_CORE : []);
  const taken = (action === 'replace' ? REPLACED : TAKEN_AWAY)[kind] ?? (group === CORE ? ['traffic'] : []);
  const found = new Set<Interruption>();
  if (action === 'restart') found.add('dns');
  if (action === 'replace') found.add('replacement');
  if (action === 'replace' || action === 'delete') for (const one of taken) found.add(one);
  if (action === 'update' || action === 'adopt' || action === 'replace') {
    for (const field of change.fields) {
      const row = rows.find(({ path, when }) => path.test(field.path) && (when === undefined || when(field)));
      if (row?.interrupts !== undefined) found.add(row.interrupts);
    }
  }
  return INTERRUPTIONS.filter((one) => found.has(one));
}

/** The change of a cluster with what it interrupts; as it is where that is nothing. */
export function withDisruptions(change: Change, cluster: string): Change {
  const disrupts = interruptionsOf(change).map((what): Disruption => ({ what, where: placeOf(what, change, cluster) }));
  return disrupts.length === 0 ? change : { ...change, disrupts };
}

function placeOf(what: Interruption, { namespace, name, for: owner }: Change, cluster: string): string {
  if (what === 'vrouter' || what === 'unplugged' || what === 'dns') return cluster;
  // It runs on the central cluster and serves another one.
  if (what === 'kubemanager' || what === 'detach') return owner;
  return [cluster, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
