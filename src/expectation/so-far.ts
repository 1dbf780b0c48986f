import { type Fleet, networkId, networksOf } from '../model/fleet.ts';

/** What of a fleet is not there yet: nothing of it is expected to work. */
export interface WorkAhead {
  /** Distributed clusters that are not attached yet. */
  attaching: ReadonlySet<string>;
  /** JSON pointers into the declaration, of entries or parts of them, of which objects are still to be written. */
  entries: ReadonlySet<string>;
  /** Networks or routers are still to be deleted: who must not reach whom does not hold yet. */
  deletes: boolean;
}

/**
 * The part of a fleet that can be measured while a plan is being carried out: without clusters that are not attached yet, without
 * networks that are not there as declared, and without those whose connections are not. While something is still to be deleted nobody
 * knows who must not reach whom, so the default networks are all that is left.
 */
export function fleetSoFar(fleet: Fleet, { attaching, entries, deletes }: WorkAhead): Fleet {
  const open = new Set([...entries].map((pointer) => pointer.split('/').slice(0, 3).join('/')));
  const isOpen = (section: string, position: number) => open.has(`/${section}/${position}`);
  const connecting = new Set(
    fleet.connections.filter((_, position) => isOpen('connections', position)).flatMap((connection) => networksOf(connection)),
  );
  const spaces = new Set(
    fleet.namespaces.filter((_, position) => isOpen('namespaces', position)).map(({ cluster, name }) => `${cluster}/${name}`),
  );
  const networks = fleet.networks.filter(
    (network, position) =>
      !deletes &&
      !isOpen('networks', position) &&
      !attaching.has(network.cluster) &&
      !connecting.has(networkId(network)) &&
      !spaces.has(`${network.cluster}/${network.namespace}`),
  );
  return { ...fleet, distributed: fleet.distributed.filter(({ name }) => !attaching.has(name)), networks };
}
