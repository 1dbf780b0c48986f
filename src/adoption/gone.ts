import { pointer } from '../declare/pointer.ts';
import type { Edit } from '../edit/edits.ts';
import type { DriftChange } from '../model/drift.ts';
import { type Connection, type Fleet, networkId, networksOf } from '../model/fleet.ts';
import { type Answer, NEEDED, type Reason, type Subject } from './answer.ts';
import { routerOf } from './routers.ts';

/** What is gone of the fleet, and how entries go with it: only where nothing else refers to them. */
export class Gone {
  readonly #fleet: Fleet;
  /** Where the objects are declared that are gone: networks and families. */
  readonly #entries: ReadonlySet<string>;
  /** Members whose router is gone, by the position of their connection. */
  readonly #left = new Map<number, Set<string>>();

  constructor(fleet: Fleet, subjects: readonly Pick<Subject, 'change' | 'manifest'>[]) {
    this.#fleet = fleet;
    const gone = subjects.filter(({ change }) => isGone(change));
    this.#entries = new Set(gone.map(({ manifest }) => manifest.declaredAt));
    for (const { manifest } of gone)
      if (manifest.object.kind === 'VirtualNetworkRouter')
        for (const { connection, id } of routerOf(fleet, manifest.object)?.places ?? [])
          this.#left.set(connection, (this.#left.get(connection) ?? new Set()).add(id));
  }

  /** What becomes of the entry of an object that is gone. */
  answer({ manifest: { declaredAt, object } }: Subject): Answer {
    const given = object.kind === 'VirtualNetworkRouter' ? this.#router(object) : this.#network(declaredAt);
    return 'reason' in given ? { edits: [], refused: [given] } : { edits: given.map((edit) => ({ edit })), refused: [] };
  }

  #router(object: Parameters<typeof routerOf>[1]): Edit[] | Reason {
    const places = routerOf(this.#fleet, object)?.places ?? [];
    const broken = places
      .map(({ connection }) => connection)
      .filter((connection) => !this.#holds(connection) && !this.#isOver(connection));
    if (broken.length > 0 || places.length === 0)
      return {
        reason: 'is gone, and without it its connection would connect nothing',
        remedy: 'Apply creates it again. To give the connection up, remove its entry.',
      };
    return places.flatMap(({ connection, id }): Edit[] => {
      if (this.#isOver(connection)) return [{ edit: 'remove', path: pointer('connections', connection), prune: true }];
      const { at, index } = placeOf(this.#fleet.connections[connection]!, id);
      const path = pointer('connections', connection);
      return [
        { edit: 'remove', path: `${path}${pointer('routers', id)}`, prune: true },
        { edit: 'remove', path: path + pointer(at, index) },
      ];
    });
  }

  /** Whether a network leaves a connection, as its router has. */
  #leaves(position: number, id: string): boolean {
    return this.#left.get(position)?.has(id) === true && (this.#holds(position) || this.#isOver(position));
  }

  /** Whether enough of a connection is left. */
  #holds(position: number): boolean {
    const connection = this.#fleet.connections[position]!;
    const left = this.#left.get(position) ?? new Set();
    const stays = (ids: readonly string[]) => ids.filter((id) => !left.has(id)).length;
    return connection.type === 'mesh'
      ? stays(connection.networks) >= 2
      : stays(connection.hubs) > 0 && stays(connection.spokes) > 0;
  }

  /** Whether all routers of a connection are gone. */
  #isOver(position: number): boolean {
    return networksOf(this.#fleet.connections[position]!).every((id) => this.#left.get(position)?.has(id) === true);
  }

  #network(declaredAt: string): Edit[] | Reason {
    const [, list, index] = declaredAt.split('/');
    const network = list === 'networks' ? this.#fleet.networks[Number(index)] : undefined;
    if (network === undefined) return NEEDED;
    const at = pointer('networks', Number(index));
    const parts = [at, ...(network.v4 === undefined ? [] : [`${at}/v4`]), ...(network.v6 === undefined ? [] : [`${at}/v6`])];
    const remedy = 'Apply creates it again. To give the network up, remove its entry and what refers to it.';
    if (!parts.every((part) => this.#entries.has(part)))
      return { reason: 'is gone, and the rest of its network is there', remedy };
    const id = networkId(network);
    const users = this.#fleet.connections
      .filter((connection, position) => networksOf(connection).includes(id) && !this.#leaves(position, id))
      .map(({ name }) => `connection ${name}`);
    if (Array.isArray(this.#fleet.smoke?.networks) && this.#fleet.smoke.networks.includes(id)) users.push('smoke.networks');
    if (users.length > 0) return { reason: `is gone, and is referred to by ${users.join(', ')}`, remedy };
    return [{ edit: 'remove', path: at }];
  }
}

function isGone({ kindOfDrift }: Pick<DriftChange, 'kindOfDrift'>): boolean {
  return kindOfDrift === 'gone';
}

function placeOf(connection: Connection, id: string): { at: string; index: number } {
  if (connection.type === 'mesh') return { at: 'networks', index: connection.networks.indexOf(id) };
  const isHub = connection.hubs.includes(id);
  return isHub ? { at: 'hubs', index: connection.hubs.indexOf(id) } : { at: 'spokes', index: connection.spokes.indexOf(id) };
}
