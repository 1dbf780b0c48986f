import type { Connection, NetworkId } from '../model/fleet.ts';

type Role = 'mesh' | 'hub' | 'spoke';

interface Membership {
  connection: string;
  role: Role;
}

/** Who is in which connection, in declared order. */
export interface Memberships {
  byNetwork: Map<NetworkId, Membership[]>;
}

/** Indexes the connections by network, so that a question about a pair does not walk all of them. */
export function memberships(connections: readonly Connection[]): Memberships {
  const byNetwork = new Map<NetworkId, Membership[]>();
  const add = (network: NetworkId, membership: Membership) => {
    const known = byNetwork.get(network);
    if (known) known.push(membership);
    else byNetwork.set(network, [membership]);
  };
  for (const connection of connections) {
    if (connection.type === 'mesh') {
      for (const network of connection.networks) add(network, { connection: connection.name, role: 'mesh' });
    } else {
      for (const hub of connection.hubs) add(hub, { connection: connection.name, role: 'hub' });
      for (const spoke of connection.spokes) add(spoke, { connection: connection.name, role: 'spoke' });
    }
  }
  return { byNetwork };
}

/**
 * Whether two different networks are joined, and the sentence that says why (or why not). A mesh joins all its members; a
 * hub-spoke joins hubs with spokes only: the VNRs of two hubs, or of two spokes, do not import each other (CN2's VNR types).
 */
export function joined(known: Memberships, a: NetworkId, b: NetworkId): { reach: boolean; reason: string } {
  const sides = known.byNetwork.get(a) ?? [];
  const others = known.byNetwork.get(b) ?? [];
  let apart: string | undefined;
  for (const mine of sides) {
    for (const theirs of others) {
      if (mine.connection !== theirs.connection) continue;
      if (mine.role === 'mesh' && theirs.role === 'mesh') return { reach: true, reason: `mesh connection ${mine.connection}` };
      if (mine.role !== theirs.role) return { reach: true, reason: `hub-spoke connection ${mine.connection}` };
      apart ??= `both are ${mine.role}s of connection ${mine.connection}, which joins hubs with spokes only`;
    }
  }
  return { reach: false, reason: apart ?? 'no connection joins them' };
}
