import type { CentralCluster, DistributedCluster, Fleet } from '../model/fleet.ts';
import type { RehearsalDocument } from '../model/rehearse.ts';
import { connectedClusters } from './touched.ts';

/** What a lab might have: the declaration, and with a base also what it was and what the change touches. */
export interface Wanted {
  fleet: Fleet;
  base?: { fleet: Fleet; touched: ReadonlySet<string> };
  /** Clusters that were asked for; none: all. */
  only?: readonly string[];
}

/** Clusters in the order in which a lab should have them: the central one, those that are touched, those that are connected with them. */
export interface Candidates {
  central: CentralCluster;
  /** As the lab makes them: with a base, as they were before the change. */
  distributed: DistributedCluster[];
  /** Of those: a change renders something of them differently. Without a base all of them. */
  touched: ReadonlySet<string>;
  leftOut: RehearsalDocument['leftOut'];
}

/** Which clusters a rehearsal is about. */
export function candidates({ fleet, base, only = [] }: Wanted): Candidates {
  const known = new Map<string, DistributedCluster>();
  for (const cluster of [...(base?.fleet.distributed ?? []), ...fleet.distributed]) {
    const earlier = known.get(cluster.name);
    // One that is to be detached has to be there for it.
    if (earlier === undefined || earlier.state === 'detached') known.set(cluster.name, cluster);
  }
  const all = [...known.values()];
  const touched = base?.touched ?? new Set([fleet.central.name, ...all.map(({ name }) => name)]);
  const connected = base === undefined ? touched : connectedClusters([base.fleet, fleet], touched);
  const asked = (name: string) => only.length === 0 || only.includes(name);
  const attached = all.filter(({ name, state }) => state === 'attached' && asked(name));
  return {
    central: base?.fleet.central ?? fleet.central,
    distributed: [
      ...attached.filter(({ name }) => touched.has(name)),
      ...attached.filter(({ name }) => !touched.has(name) && connected.has(name)),
    ],
    touched,
    leftOut: all.flatMap(({ name, state }) => {
      if (state === 'detached') return [{ cluster: name, reason: 'it is detached' }];
      if (!asked(name)) return [{ cluster: name, reason: '--only does not name it' }];
      if (touched.has(name) || connected.has(name)) return [];
      return [{ cluster: name, reason: 'neither it nor what is connected with it changes' }];
    }),
  };
}

/** How many clusters a lab may have, the central one counted. */
export interface Limits {
  /** That this host has room for. */
  room: number;
  /** That were asked for at most. */
  most?: number;
}

/** The first of the candidates, as many as may be. */
export function chosen(
  { distributed, touched, leftOut }: Candidates,
  { room, most = Number.POSITIVE_INFINITY }: Limits,
): { distributed: DistributedCluster[]; leftOut: RehearsalDocument['leftOut'] } {
  const count = Math.max(0, Math.min(room, most) - 1);
  const because = most <= room ? `--max-clusters is ${most}` : `this host has room for ${room} cluster${room === 1 ? '' : 's'}`;
  const rest = distributed.slice(count).map(({ name }) => ({
    cluster: name,
    reason: touched.has(name) ? `${because}, although it is part of what is rehearsed` : because,
  }));
  return { distributed: distributed.slice(0, count), leftOut: [...rest, ...leftOut] };
}
