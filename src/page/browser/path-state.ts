import { isFailed, isUnjudged } from '../../expectation/smoke-document.ts';
import type { Endpoint, PairVerdict } from '../../model/smoke.ts';
import type { DrawnConnection } from '../page-data.ts';

export type State = 'good' | 'bad' | 'unknown';

/** What paths come to together; undefined where there are none. */
export function stateOf(pairs: readonly PairVerdict[]): State | undefined {
  if (pairs.length === 0) return undefined;
  if (pairs.some(({ verdict }) => isFailed(verdict))) return 'bad';
  return pairs.some(({ verdict }) => isUnjudged(verdict)) ? 'unknown' : 'good';
}

const key = ({ cluster, network }: Pick<Endpoint, 'cluster' | 'network'>) => `${cluster}/${network}`;

/** The paths that a connection declares: between all of a mesh, and between hubs and spokes. */
export function pathsOf({ members }: DrawnConnection, pairs: readonly PairVerdict[]): PairVerdict[] {
  const roles = new Map(members.map((member) => [key(member), member.role]));
  return pairs.filter(({ source, target, expected }) => {
    const [from, to] = [roles.get(key(source)), roles.get(key(target))];
    return expected !== 'block' && from !== undefined && to !== undefined && (from === 'mesh' || from !== to);
  });
}

/** Two networks with paths between them that are not as declared, whatever their direction and family: the worst of them. */
export interface WrongLink {
  ends: [string, string];
  worst: PairVerdict;
  count: number;
}

/** One link for each two networks, those with failed paths first. */
export function wrongLinks(pairs: readonly PairVerdict[]): WrongLink[] {
  const links = new Map<string, WrongLink>();
  const wrong = pairs.filter(({ verdict }) => isFailed(verdict) || isUnjudged(verdict));
  for (const pair of wrong) {
    const ends = [key(pair.source), key(pair.target)].sort() as [string, string];
    const link = links.get(ends.join(' '));
    if (link === undefined) links.set(ends.join(' '), { ends, worst: pair, count: 1 });
    else {
      link.count += 1;
      if (isFailed(pair.verdict) && !isFailed(link.worst.verdict)) link.worst = pair;
    }
  }
  return [...links.values()].sort((a, b) => Number(isFailed(b.worst.verdict)) - Number(isFailed(a.worst.verdict)));
}

/** What is wrong with the paths from and to a network. */
export interface Wrong {
  state: State;
  /** So many of its paths are not as declared; where none is, so many are not judged. */
  count: number;
  /** At least half of them: it is this network rather than one at the other end. */
  most: boolean;
}

/** Paths by the networks that they begin or end at. */
export function pathsByEnd(pairs: readonly PairVerdict[]): Map<string, PairVerdict[]> {
  const byEnd = new Map<string, PairVerdict[]>();
  for (const pair of pairs)
    for (const end of [key(pair.source), key(pair.target)]) {
      const known = byEnd.get(end);
      if (known === undefined) byEnd.set(end, [pair]);
      else known.push(pair);
    }
  return byEnd;
}

/** What is known of a network by its paths; undefined where nothing was measured. */
export function wrongAt(cluster: string, network: string, byEnd: ReadonlyMap<string, PairVerdict[]>): Wrong | undefined {
  const own = byEnd.get(key({ cluster, network })) ?? [];
  const state = stateOf(own);
  if (state === undefined) return undefined;
  const count = own.filter(({ verdict }) => (state === 'bad' ? isFailed(verdict) : isUnjudged(verdict))).length;
  const wrong = own.filter(({ verdict }) => isFailed(verdict) || isUnjudged(verdict)).length;
  return { state, count, most: wrong * 2 >= own.length };
}
