import pMap from 'p-map';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState, Problem } from '../model/live.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Cluster } from '../ports/cluster.ts';
import { observeCluster, unknownCluster } from './observe-cluster.ts';
import { wantedOf } from './wanted.ts';

/** A connection, or the reason why there is none. */
export type Connection = Cluster | Problem;

export interface ObserveInput {
  fleet: Fleet;
  /** By declared name. */
  clusters: ReadonlyMap<string, Connection>;
  /** What is to exist: decides which kinds are read. */
  manifests: readonly Manifest[];
  /** Distributed clusters in scope; the central one always is. Absent or empty: all. */
  only?: readonly string[];
  /** Clusters that are read at the same time; absent: all. */
  concurrency?: number;
}

/** Reads every cluster in scope, side by side; one that fails does not hide the others. Reads only. Order: central, then as declared. */
export async function observe(input: ObserveInput): Promise<LiveState> {
  const { fleet, only = [] } = input;
  const scope = [
    { declared: fleet.central, role: 'central' as const },
    ...fleet.distributed.map((declared) => ({ declared, role: 'distributed' as const })),
  ].filter(({ declared, role }) => role === 'central' || only.length === 0 || only.includes(declared.name));
  const clusters = await pMap(
    scope,
    async ({ declared: { name, server }, role }) => {
      const connection = input.clusters.get(name);
      if (connection === undefined) {
        return unknownCluster(name, role, { cause: 'credential', message: `${name}: there is no connection` }, 0);
      }
      if (!isCluster(connection)) return unknownCluster(name, role, connection, 0);
      return observeCluster(role, connection, server, wantedOf(fleet, input.manifests, name));
    },
    { concurrency: input.concurrency ?? Number.POSITIVE_INFINITY },
  );
  return { clusters };
}

function isCluster(connection: Connection): connection is Cluster {
  return 'discover' in connection;
}
