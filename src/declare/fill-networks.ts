import type { Connection, Family, FleetNetwork, NetworkFamily, NetworkId } from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalAddress, canonicalCidr } from './cidr.ts';
import { networkSettings } from './network-keys.ts';
import { declaredSpec } from './network-spec.ts';
import { subnetSettings } from './subnet-keys.ts';
import { text, textMap, textOrNothing, texts } from './values.ts';

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
  const declared = textMap(entry.routers);
  const routersOf = (ids: NetworkId[]): Record<NetworkId, string> =>
    Object.fromEntries(
      ids.map((id) => [id, Object.hasOwn(declared, id) ? declared[id]! : `${name}-${id.slice(id.lastIndexOf('/') + 1)}`]),
    );
  if (entry.type === 'hub-spoke') {
    const [hubs, spokes] = [texts(entry.hubs), texts(entry.spokes)];
    return { name, type: 'hub-spoke', hubs, spokes, routers: routersOf([...hubs, ...spokes]) };
  }
  const networks = texts(entry.networks);
  return { name, type: 'mesh', networks, routers: routersOf(networks) };
}
