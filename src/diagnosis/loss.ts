import { centralNamespace } from '../cn2/central-view.ts';
import { CONTRAIL_NAMESPACE } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { PairVerdict } from '../model/smoke.ts';
import { type PathFacts, unread } from './facts.ts';
import type { Fault } from './fault.ts';
import { namespaceOfProbe, unjudgedPolicies } from './policies.ts';
import { betweenText, type Region, regionsOf } from './regions.ts';
import { nodesWithoutRouter } from './vrouters.ts';

const COMMAND = `kubectl get pods -n ${CONTRAIL_NAMESPACE} -o wide`;
/** So many things are named that may be the cause, and that nobody can judge here. */
const MOST_HINTS = 3;

/** Where packets are lost, late or let through that no object explains: by what the matrix itself says. */
export function lossFaults(
  fleet: Fleet,
  open: readonly PairVerdict[],
  all: readonly PairVerdict[],
  facts: PathFacts,
): { fault: Fault; paths: readonly PairVerdict[] }[] {
  const of = (word: PairVerdict['verdict']) => open.filter(({ verdict }) => verdict === word);
  const lost = (region: Region, loss: Loss) => ({ cause: lossText(region, loss), paths: region.paths });
  const passing = [...Map.groupBy(of('unexpectedly-reachable'), betweenText)];
  const degraded = [...Map.groupBy(of('degraded'), degradedBy)];
  return [
    ...regionsOf(of('unreachable'), all).map((region) => lost(region, 'lost')),
    ...degraded.flatMap(([loss, paths]) => regionsOf(paths, all).map((region) => lost(region, loss))),
    ...passing.map(([where, paths]) => ({ cause: `packets pass ${where}`, paths })),
  ].map(({ cause, paths }) => ({
    fault: { rung: 'path', cause: `${cause}, and ${objectsText(fleet, paths, facts)}`, command: COMMAND },
    paths,
  }));
}

/** What packets come to: said of every path of a part, and of some. */
const LOSSES = {
  lost: ['is lost', 'packets are lost'],
  poor: ['loses packets or is late', 'packets are lost or late'],
  'no-ping': ['takes TCP, but no pings', 'TCP passes, but no pings'],
  refused: ['takes pings, but refuses TCP', 'pings pass, but TCP is refused'],
  'no-tcp': ['takes pings, but no TCP', 'pings pass, but no TCP'],
} as const;

type Loss = keyof typeof LOSSES;

function degradedBy({ tcp, received }: PairVerdict): Loss {
  if (tcp === undefined || (tcp.result === 'connected') === received > 0) return 'poor';
  if (received === 0) return 'no-ping';
  return tcp.result === 'refused' ? 'refused' : 'no-tcp';
}

function lossText({ where, whole, apart, paths }: Region, loss: Loss): string {
  const [every, some] = LOSSES[loss];
  const way = lostWay(paths);
  const subject = whole ? `every path ${where} ${every}` : `${some} ${where}`;
  return [subject, ...(way === undefined ? [] : [way]), ...(apart === undefined ? [] : [apart])].join(', ');
}

/** By the counters of the targets: a reply from B to A that is lost, and a request from B to A that is, tell the same. */
function lostWay(paths: readonly PairVerdict[]): string | undefined {
  const known = paths.filter(({ lost }) => lost !== undefined);
  const ways = new Set(
    known.map(({ source, target, lost }) => {
      const [from, to] = lost === 'requests' ? [source, target] : [target, source];
      return from.cluster === to.cluster ? '' : `${from.cluster} ${to.cluster}`;
    }),
  );
  const [way, ...more] = ways;
  if (way !== undefined && way !== '' && more.length === 0 && (paths.length > 1 || known[0]?.lost === 'requests')) {
    const [from, to] = way.split(' ');
    return `what ${from} sends does not arrive on ${to}`;
  }
  const words = new Set(known.map(({ lost }) => lost));
  if (words.size !== 1) return undefined;
  return words.has('requests') ? 'requests do not arrive' : 'requests arrive, but no reply comes back';
}

/** What the objects say: that they are right, as far as they could be read and are understood here. */
function objectsText(fleet: Fleet, paths: readonly PairVerdict[], facts: PathFacts): string {
  const ends = paths.flatMap(({ source, target }) => [source, target]);
  const clusters = [...new Set(ends.map(({ cluster }) => cluster))];
  const missing = unread(facts, clusters);
  if (missing.length > 0) return `no object that could be read explains it (${missing.join('; ')})`;
  const namespaces = new Set(ends.map((end) => centralNamespace(fleet, end.cluster, namespaceOfProbe(end))));
  const hints = [
    ...unjudgedPolicies(namespaces, facts),
    // Of a probe whose node is known it has been judged.
    ...(ends.some(({ node }) => node === undefined) ? nodesWithoutRouter(clusters, fleet.central.name, facts) : []),
  ];
  if (hints.length === 0) return 'every object on the way is as declared';
  const more = hints.length > MOST_HINTS ? ` and ${hints.length - MOST_HINTS} more` : '';
  return `every object on the way is as declared; not judged: ${hints.slice(0, MOST_HINTS).join(', ')}${more}`;
}
