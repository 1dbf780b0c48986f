import pMap from 'p-map';
import { reachedClusters } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState, Problem } from '../model/live.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Scope } from '../model/scope.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import { Laggards } from './laggards.ts';
import { observeCluster, unknownCluster } from './observe-cluster.ts';
import { wantedOf } from './wanted.ts';

/** A connection, or the reason why there is none. */
export type ClusterOrProblem = Cluster | Problem;

export interface ObserveInput {
  fleet: Fleet;
  /** By declared name. */
  clusters: ReadonlyMap<string, ClusterOrProblem>;
  /** What is to exist: decides which kinds are read. */
  manifests: readonly Manifest[];
  /** Narrows the distributed clusters; the central one is always read. Absent: all of the fleet. */
  scope?: Scope;
  /** For a report that no single cluster may hold up: those that take far longer than all others are unknown. */
  laggards?: Clock;
}

/**
 * Reads every cluster in scope, side by side; one that fails does not hide the others. Reads only. Order: central, then as declared.
 * `concurrency`: clusters that are read at the same time.
 */
export async function observe(input: ObserveInput, concurrency = Number.POSITIVE_INFINITY): Promise<LiveState> {
  const { fleet, scope } = input;
  const read = [
    { declared: fleet.central, role: 'central' as const },
    ...reachedClusters(fleet).map((declared) => ({ declared, role: 'distributed' as const })),
  ].filter(({ declared, role }) => role === 'central' || scope === undefined || scope.has(declared.name));
  const laggards = input.laggards && new Laggards(input.laggards, read.length);
  const clusters = await pMap(
    read,
    async ({ declared: { name, server }, role }) => {
      const connection = input.clusters.get(name);
      if (connection === undefined) {
        return unknownCluster(name, role, { cause: 'credential', message: `${name}: there is no connection` }, 0);
      }
      if (!isCluster(connection)) return unknownCluster(name, role, connection, 0);
      const reading = observeCluster(role, connection, server, wantedOf(fleet, input.manifests, name));
      if (laggards === undefined) return reading;
      return laggards.orLate(reading, (milliseconds) => unknownCluster(name, role, tooSlow(name, milliseconds), 0));
    },
    { concurrency },
  );
  return { clusters };
}

function tooSlow(name: string, milliseconds: number): Problem {
  const message = `${name}: was not read within ${Math.round(milliseconds / 1000)} s, while nearly all other clusters were`;
  return { cause: 'timeout', message };
}

function isCluster(connection: ClusterOrProblem): connection is Cluster {
  return 'discover' in connection;
}
