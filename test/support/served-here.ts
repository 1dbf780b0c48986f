import type { Fleet } from '../../src/model/fleet.ts';
import type { ClusterOrProblem } from '../../src/observe/observe.ts';

/** The fleet with each cluster's declared address replaced by the one its test server has: nothing else may be dialled from a test. */
export function servedHere(fleet: Fleet, clusters: ReadonlyMap<string, ClusterOrProblem>): Fleet {
  const here = <Declared extends { name: string; server: string }>(declared: Declared): Declared => {
    const connection = clusters.get(declared.name);
    const server = connection !== undefined && 'server' in connection ? connection.server : 'https://127.0.0.1:1';
    return { ...declared, server };
  };
  return { ...fleet, central: here(fleet.central), distributed: fleet.distributed.map(here) };
}
