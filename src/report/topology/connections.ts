import { CORE, FLEET_LABEL, MANAGED_BY_LABEL } from '../../cn2/names.ts';
import { pointer } from '../../declare/pointer.ts';
import { namedRouter } from '../../declare/router-ref.ts';
import { type Connection, type Fleet, type NetworkId, networksOf } from '../../model/fleet.ts';
import type { Change, Plan } from '../../model/plan.ts';
import { jointMark, type Mark } from './mark.ts';
import { changesOf, markOf, ownNamespace } from './marks.ts';

export type MemberRole = 'mesh' | 'hub' | 'spoke';

/** A network in a connection; the mark is that of the router which joins it. */
export interface Member {
  id: NetworkId;
  role: MemberRole;
  mark: Mark;
}

export interface MarkedConnection {
  name: string;
  type: Connection['type'];
  /** created, deleted: the connection as a whole. */
  mark: Mark;
  members: Member[];
}

/**
 * The declared connections with what becomes of each network's part in them, and of those that are no longer declared (`before`) what
 * the plan deletes.
 */
export function markedConnections(plan: Plan, fleet: Fleet, before: Fleet | undefined): MarkedConnection[] {
  const routers = new Map(
    changesOf(plan, CORE, 'VirtualNetworkRouter').map((change) => [
      routerKey(change.for, ownNamespace(fleet, change), change.name),
      change,
    ]),
  );
  const previous = new Map((before?.connections ?? []).map((connection) => [connection.name, connection]));
  const names = new Set([...fleet.connections.map(({ name }) => name), ...previous.keys()]);
  const declared = new Map(fleet.connections.map((connection) => [connection.name, connection]));
  return [...names].flatMap((name) => marked(declared.get(name), previous.get(name), routers));
}

function marked(
  now: Connection | undefined,
  before: Connection | undefined,
  routers: ReadonlyMap<string, Change>,
): MarkedConnection[] {
  const present = now === undefined ? [] : membersOf(now, routers);
  const ids = new Set(present.map(({ id }) => id));
  const gone =
    before === undefined ? [] : membersOf(before, routers).filter(({ id, mark }) => !ids.has(id) && mark === 'deleted');
  const members = [...present, ...gone];
  const { name, type } = (now ?? before)!;
  return members.length === 0 ? [] : [{ name, type, mark: jointMark(members.map(({ mark }) => mark)), members }];
}

function membersOf(connection: Connection, routers: ReadonlyMap<string, Change>): Member[] {
  return networksOf(connection).map((id) => {
    const [cluster = '', namespace = ''] = id.split('/');
    const change = routers.get(routerKey(cluster, namespace, namedRouter(connection.routers[id] ?? '').name));
    return { id, role: roleOf(connection, id), mark: change === undefined ? 'same' : routerMark(change) };
  });
}

function roleOf(connection: Connection, id: NetworkId): MemberRole {
  if (connection.type === 'mesh') return 'mesh';
  return connection.hubs.includes(id) ? 'hub' : 'spoke';
}

const LABELS = pointer('metadata', 'labels');
const OWN = [FLEET_LABEL, MANAGED_BY_LABEL].map((key) => LABELS + pointer(key));

/** An update that touches labels of ours alone connects and disconnects nothing. */
function routerMark(change: Change): Mark {
  const mark = markOf(change);
  if (mark !== 'changed' || change.fields.length === 0) return mark;
  return change.fields.some(({ path }) => path.startsWith('/spec') || (path.startsWith(LABELS) && !OWN.includes(path)))
    ? mark
    : 'same';
}

function routerKey(cluster: string, namespace: string, name: string): string {
  return `${cluster}/${namespace}/${name}`;
}
