import type { Connection, Family, FleetNetwork, NetworkFamily, NetworkId, RouterRef } from '../model/fleet.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalAddress, canonicalCidr } from './cidr.ts';
import { networkSettings } from './network-keys.ts';
import { declaredSpec } from './network-spec.ts';
import { subnetSettings } from './subnet-keys.ts';
import { mapping, text, textMap, textOrNothing, texts } from './values.ts';

function networkFamily(value: unknown, network: string, family: Family): NetworkFamily | undefined {
  if (!isFields(value)) return undefined;
  const gateway = textOrNothing(value.gateway);
  return {
    cidr: canonicalCidr(text(value.cidr)),
    ...present({ gateway: gateway === undefined ? undefined : canonicalAddress(gateway) }),
    subnet: textOrNothing(value.subnet) ?? (network === '' ? '' : `${network}-${family}`),
    ...subnetSettings(value),
  };
}

/** A network of the declaration. */
export function network(entry: Fields): FleetNetwork {
  const name = text(entry.name);
  return {
    cluster: text(entry.cluster),
    namespace: text(entry.namespace),
    name,
    labels: textMap(entry.labels),
    ...present({
      annotations: isFields(entry.annotations) ? textMap(entry.annotations) : undefined,
      v4: networkFamily(entry.v4, name, 'v4'),
      v6: networkFamily(entry.v6, name, 'v6'),
      spec: declaredSpec(entry.spec),
    }),
    ...networkSettings(entry),
  };
}

/** A connection of the declaration. */
export function connection(entry: Fields): Connection {
  const name = text(entry.name);
  const declared = mapping(entry.routers);
  const routersOf = (ids: NetworkId[]): Record<NetworkId, RouterRef> =>
    Object.fromEntries(ids.map((id) => [id, router(ownMember(declared, id)) ?? `${name}-${id.slice(id.lastIndexOf('/') + 1)}`]));
  if (entry.type === 'hub-spoke') {
    const [hubs, spokes] = [texts(entry.hubs), texts(entry.spokes)];
    return { name, type: 'hub-spoke', hubs, spokes, routers: routersOf([...hubs, ...spokes]) };
  }
  const networks = texts(entry.networks);
  return { name, type: 'mesh', networks, routers: routersOf(networks) };
}

function router(value: unknown): RouterRef | undefined {
  if (!isFields(value)) return typeof value === 'string' ? value : undefined;
  const name = textOrNothing(value.name);
  if (name === undefined) return undefined;
  return isFields(value.labels) ? { name, labels: textMap(value.labels) } : name;
}
