import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import { probeNamespaces } from '../cn2/probe-namespaces.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Declaration } from '../model/declaration.ts';
import { detachedCluster, detachedClusters } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import { distributedOf } from './clusters.ts';
import { judgeRenamed } from './detach.ts';
import { judgeNumbersForLife } from './e9-index-for-life.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** A file that lost some lines must not cost a cluster its namespaces. */
export const removal: Rule = {
  id: 'removal',
  sentence: 'Clusters and namespaces are never deleted just because their entry was removed from the declaration.',
  remedy: 'Put the entry back.',
  source: 'derived',
  judgeDeclaration(input) {
    return distributedOf(input.fleet).flatMap(({ cluster, at }) => keptFindings(input, cluster, at));
  },
};

/** A namespace whose entry is gone is never deleted: who keeps it may have meant another one. */
function keptFindings({ fleet, source }: DeclarationInput, { name, detach }: DistributedCluster, at: string): Finding[] {
  const declared = new Set(fleet.namespaces.filter(({ cluster }) => cluster === name).map((namespace) => namespace.name));
  return (detach?.keep ?? []).flatMap((namespace, position) =>
    namespace === '' || declared.has(namespace)
      ? []
      : [
          finding(
            removal,
            placeOf(source, `${at}${pointer('detach', 'keep', position)}`),
            `detach.keep of ${name} names namespace ${namespace}, which is not declared for it`,
            { remedy: 'Only declared namespaces are deleted by a detach: remove it from keep, or correct the name.' },
          ),
        ],
  );
}

/** What the committed fleet has and the declaration has lost, which must not happen just by removing lines. */
export function judgeGone(declaration: Declaration, previous: Fleet): Finding[] {
  const { fleet, source } = declaration;
  // An entry that lacks its name may be the one that seems gone; the missing name has its own finding.
  if (!fleet || [fleet.central, ...fleet.distributed, ...fleet.namespaces].some(({ name }) => name === '')) return [];
  const clusters = new Set([fleet.central.name, ...fleet.distributed.map(({ name }) => name)]);
  const gone = goneClusters(previous, clusters).map(({ name, central }) =>
    finding(
      removal,
      keyPlaceOf(source, '/distributed'),
      `${name} is no longer in the declaration, but was ${central ? 'the central cluster' : 'attached'}`,
      {
        remedy: central
          ? `Name the central cluster ${name} again: a fleet cannot move to another one.`
          : `Put its entry back with state: detached, and remove it after the detach has been applied.`,
      },
    ),
  );
  return [
    ...gone,
    ...lostNamespaces(declaration, previous, clusters),
    ...unretired(declaration, previous, clusters),
    ...judgeProbeNamespaces(declaration, previous),
    ...judgeNumbersForLife(declaration, previous),
    ...judgeRenamed(declaration, previous),
  ];
}

/** Those of a cluster that was detached already may go with it: they are deleted, or were kept on purpose. */
function lostNamespaces({ fleet, source }: Declaration, previous: Fleet, clusters: ReadonlySet<string>): Finding[] {
  const namespaces = new Set(fleet?.namespaces.map(({ cluster, name }) => `${cluster}/${name}`));
  return previous.namespaces
    .filter(
      ({ cluster, name, manage }) => manage && name !== '' && clusters.has(cluster) && !namespaces.has(`${cluster}/${name}`),
    )
    .filter(({ cluster }) => detachedCluster(previous, cluster) === undefined)
    .map(({ cluster, name }) =>
      finding(
        removal,
        keyPlaceOf(source, '/namespaces'),
        `namespace ${name} of ${cluster} is no longer in the declaration; it is not deleted because of that`,
        {
          remedy:
            fleet !== undefined && detachedCluster(fleet, cluster) !== undefined
              ? `Put it back: the detach of ${cluster} deletes it, unless detach.keep names it; the entry can go when that is done.`
              : `Put it back with manage: false and apply; then the entry can go, and the namespace can be deleted by hand: kubectl delete namespace ${name}`,
        },
      ),
    );
}

/** The smoke test's own namespaces are kept when it leaves the declaration; this is said once. */
function judgeProbeNamespaces({ fleet, source }: Declaration, previous: Fleet): Finding[] {
  const left = probeNamespaces(previous).map(({ cluster }) => cluster);
  if (fleet === undefined || left.length === 0 || probeNamespaces(fleet).length > 0) return [];
  return [
    finding(
      removal,
      keyPlaceOf(source, '/smoke'),
      `namespace ${SMOKE_NAMESPACE} stays on ${left.join(', ')}, although no smoke test over the default pod networks is declared any more`,
      { severity: 'info', remedy: `Where it is not wanted, delete it by hand: kubectl delete namespace ${SMOKE_NAMESPACE}` },
    ),
  ];
}

/** A cluster that was detached may go, its index never comes back. */
function unretired({ fleet, source }: Declaration, previous: Fleet, clusters: ReadonlySet<string>): Finding[] {
  const retired = new Set(fleet?.retired);
  return detachedClusters(previous).flatMap(({ name, index }) => {
    if (name === '' || clusters.has(name) || index === undefined || !Number.isSafeInteger(index) || retired.has(index)) return [];
    const all = [...retired, index].sort((a, b) => a - b).join(', ');
    const place = retired.size > 0 ? placeOf(source, '/retired') : keyPlaceOf(source, '/distributed');
    return [
      finding(removal, place, `${name} is no longer in the declaration, and its index ${index} is not in retired`, {
        remedy: `Write retired: [${all}]: nothing says that CN2 has no object left of the cluster, so its index is never used again.`,
      }),
    ];
  });
}

function goneClusters(previous: Fleet, now: ReadonlySet<string>): { name: string; central: boolean }[] {
  return [
    { name: previous.central.name, central: true, said: false },
    ...previous.distributed.map(({ name, state }) => ({ name, central: false, said: state === 'detached' })),
  ].filter(({ name, said }) => name !== '' && !said && !now.has(name));
}
