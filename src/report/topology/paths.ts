import type { NetworkId } from '../../model/fleet.ts';
import type { MarkedConnection, Member } from './connections.ts';
import { isChanged, type Mark } from './mark.ts';

/** More paths than this between the networks of a connection: they are not drawn one by one. */
const MOST_PATHS = 6;

export interface Path {
  from: Member;
  to: Member;
  mark: Mark;
}

/** The paths of a connection that change or end at a network that does; undefined: it has too many to be drawn one by one. */
export function changedPaths(connection: MarkedConnection, marks: ReadonlyMap<NetworkId, Mark>): Path[] | undefined {
  const paths: Path[] = [];
  let count = 0;
  for (const [from, to] of pairs(connection.members)) {
    count += 1;
    if (count > MOST_PATHS) return undefined;
    const mark = pathMark(connection, from, to);
    if ([mark, marks.get(from.id), marks.get(to.id)].some(isChanged)) paths.push({ from, to, mark });
  }
  return paths;
}

/** Every pair of a mesh; from each spoke to each hub. */
function* pairs(members: readonly Member[]): Generator<[Member, Member]> {
  for (const [at, from] of members.entries()) {
    if (from.role === 'mesh') for (const to of members.slice(at + 1)) yield [from, to];
    if (from.role === 'spoke') for (const to of members) if (to.role === 'hub') yield [from, to];
  }
}

/**
 * What becomes of the path between two networks of a connection. Routers that stay import a network that comes and forget one that
 * goes: that changes nothing between those that stay.
 */
function pathMark({ members }: MarkedConnection, from: Member, to: Member): Mark {
  if (from.mark === 'created' || to.mark === 'created') return 'created';
  if (from.mark === 'deleted' || to.mark === 'deleted') return 'deleted';
  const moves = members.some(({ mark }) => mark === 'created' || mark === 'deleted');
  return !moves && (from.mark === 'changed' || to.mark === 'changed') ? 'changed' : 'same';
}
