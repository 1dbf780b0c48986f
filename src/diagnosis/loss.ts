import { centralNamespace } from '../cn2/central-view.ts';
import { CONTRAIL_NAMESPACE } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import type { PairVerdict } from '../model/smoke.ts';
import { type PathFacts, unread } from './facts.ts';
import type { Fault } from './fault.ts';
import { namespaceOfProbe, unjudgedPolicies } from './policies.ts';
import { betweenText, type Region, regionsOf } from './regions.ts';

const COMMAND = `kubectl get pods -n ${CONTRAIL_NAMESPACE} -o wide`;
/** So many policies are named that nobody evaluates here. */
const MOST_POLICIES = 3;

/** Where packets are lost, late or let through that no object explains: by what the matrix itself says. */
export function lossFaults(
  fleet: Fleet,
  open: readonly PairVerdict[],
  all: readonly PairVerdict[],
  facts: PathFacts,
): { fault: Fault; paths: readonly PairVerdict[] }[] {
  const of = (word: PairVerdict['verdict']) => open.filter(({ verdict }) => verdict === word);
  const lost = (region: Region, what: string) => ({ cause: lossText(region, what), paths: region.paths });
  const passing = [...Map.groupBy(of('unexpectedly-reachable'), betweenText)];
  return [
    ...regionsOf(of('unreachable'), all).map((region) => lost(region, 'is lost')),
    ...regionsOf(of('degraded'), all).map((region) => lost(region, 'loses packets or is late')),
    ...passing.map(([where, paths]) => ({ cause: `packets pass ${where}`, paths })),
  ].map(({ cause, paths }) => ({
    fault: { rung: 'path', cause: `${cause}, and ${objectsText(fleet, paths, facts)}`, command: COMMAND },
    paths,
  }));
}

function lossText({ where, whole, apart, paths }: Region, what: string): string {
  const subject = whole
    ? `every path ${where} ${what}`
    : `${what === 'is lost' ? 'packets are lost' : 'packets are lost or late'} ${where}`;
  const way = lostWay(paths);
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
  const namespaces = new Set(ends.map((end) => centralNamespace(fleet, end.cluster, namespaceOfProbe(end))));
  const missing = unread(facts, [...new Set(ends.map(({ cluster }) => cluster))]);
  if (missing.length > 0) return `no object that could be read explains it (${missing.join('; ')})`;
  const policies = unjudgedPolicies(namespaces, facts);
  if (policies.length === 0) return 'every object on the way is as declared';
  const more = policies.length > MOST_POLICIES ? ` and ${policies.length - MOST_POLICIES} more` : '';
  return `every object on the way is as declared; not judged: ${policies.slice(0, MOST_POLICIES).join(', ')}${more}`;
}
