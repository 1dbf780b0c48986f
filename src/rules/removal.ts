import { SMOKE_NAMESPACE } from '../cn2/names.ts';
import { probeNamespaces } from '../cn2/probe-namespaces.ts';
import { keyPlaceOf, placeOf } from '../declare/place.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { distributedOf } from './clusters.ts';
import { judgeNumbersForLife } from './e9-index-for-life.ts';
import { finding, type Rule } from './rule.ts';

/** A file that lost some lines must not cost a cluster its namespaces. */
export const removal: Rule = {
  id: 'removal',
  sentence: 'Clusters and namespaces are never deleted just because their entry was removed from the declaration.',
  remedy: 'Put the entry back.',
  source: 'derived',
  judgeDeclaration({ fleet, source }) {
    return distributedOf(fleet)
      .filter(({ cluster }) => cluster.state === 'detached')
      .map(({ cluster, at }) =>
        finding(this, placeOf(source, `${at}/state`), `${cluster.name} is to be detached, which this version cannot do`, {
          remedy: 'Say state: attached, and keep the entry until detaching is supported.',
        }),
      );
  },
};

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
  const namespaces = new Map(fleet.namespaces.map((namespace) => [`${namespace.cluster}/${namespace.name}`, namespace]));
  const lost = previous.namespaces
    .filter(
      ({ cluster, name, manage }) => manage && name !== '' && clusters.has(cluster) && !namespaces.has(`${cluster}/${name}`),
    )
    .map(({ cluster, name }) =>
      finding(
        removal,
        keyPlaceOf(source, '/namespaces'),
        `namespace ${name} of ${cluster} is no longer in the declaration; it is not deleted because of that`,
        {
          remedy: `Put it back with manage: false and apply; then the entry can go, and the namespace can be deleted by hand: kubectl delete namespace ${name}`,
        },
      ),
    );
  return [...gone, ...lost, ...judgeProbeNamespaces(declaration, previous), ...judgeNumbersForLife(declaration, previous)];
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

function goneClusters(previous: Fleet, now: ReadonlySet<string>): { name: string; central: boolean }[] {
  return [
    { name: previous.central.name, central: true, said: false },
    ...previous.distributed.map(({ name, state }) => ({ name, central: false, said: state === 'detached' })),
  ].filter(({ name, said }) => name !== '' && !said && !now.has(name));
}
