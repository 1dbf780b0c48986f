import type {
  Connection,
  Family,
  Fleet,
  FleetNamespace,
  FleetNetwork,
  LoweredRule,
  NetworkFamily,
  NetworkId,
  Policy,
  Smoke,
} from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalAddress, canonicalCidr } from './cidr.ts';
import { central, credential, distributed } from './fill-clusters.ts';
import { folder, list, mapping, numberOr, registry, text, textMap, textOrNothing, texts, wholeNumber } from './values.ts';

/**
 * The fleet of a declaration with every default filled in. What does not fit the schema (which has its own findings) becomes
 * what no rule judges: '' for a text, NaN for the index, an empty list or mapping; entries keep their place in their list, so
 * JSON pointers into the file stay true. CIDRs and addresses become canonical, host bits stay (rule E4 reports them).
 */
export function fillFleet(declared: unknown): Fleet {
  const root = mapping(declared);
  const release = mapping(root.release);
  return {
    apiVersion: 'cn2-fleet/v1',
    kind: 'Fleet',
    metadata: { name: text(mapping(root.metadata).name) },
    release: {
      version: text(release.version),
      ...present({ images: isFields(release.images) ? textMap(release.images) : undefined }),
      manifests: folder(release.manifests),
      ...present({ registry: registry(release.registry) }),
      pullSecret: credential(release.pullSecret),
    },
    central: central(mapping(root.central)),
    distributed: list(root.distributed).map((entry) => distributed(mapping(entry))),
    ...present({
      retired: Array.isArray(root.retired) ? root.retired.map((index) => wholeNumber(index) ?? Number.NaN) : undefined,
    }),
    namespaces: list(root.namespaces).map((entry) => namespace(mapping(entry))),
    networks: list(root.networks).map((entry) => network(mapping(entry))),
    connections: list(root.connections).map((entry) => connection(mapping(entry))),
    ...present({ policy: isFields(root.policy) ? policy(root.policy) : undefined }),
    ...present({ severity: isFields(root.severity) ? severity(root.severity) : undefined }),
    ...present({ smoke: isFields(root.smoke) ? smoke(root.smoke) : undefined }),
  };
}

function namespace(entry: Fields): FleetNamespace {
  const forwarding: FleetNamespace['forwarding'] | undefined =
    entry.forwarding === 'fabric-snat' || entry.forwarding === 'ip-fabric' ? entry.forwarding : undefined;
  return {
    cluster: text(entry.cluster),
    name: text(entry.name),
    isolated: entry.isolated === true,
    labels: textMap(entry.labels),
    ...present({ forwarding }),
    manage: entry.manage !== false,
  };
}

function networkFamily(value: unknown, network: string, family: Family): NetworkFamily | undefined {
  if (!isFields(value)) return undefined;
  const gateway = textOrNothing(value.gateway);
  return {
    cidr: canonicalCidr(text(value.cidr)),
    ...present({ gateway: gateway === undefined ? undefined : canonicalAddress(gateway) }),
    subnet: textOrNothing(value.subnet) ?? (network === '' ? '' : `${network}-${family}`),
  };
}

function network(entry: Fields): FleetNetwork {
  const name = text(entry.name);
  return {
    cluster: text(entry.cluster),
    namespace: text(entry.namespace),
    name,
    labels: textMap(entry.labels),
    ...present({ v4: networkFamily(entry.v4, name, 'v4'), v6: networkFamily(entry.v6, name, 'v6') }),
  };
}

function connection(entry: Fields): Connection {
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

function policy(entry: Fields): Policy {
  return { disruptive: entry.disruptive === 'refuse' ? 'refuse' : 'allow' };
}

/** An entry that is not a mapping lowers nothing. */
function severity(entries: Fields): Record<string, LoweredRule> {
  const rules = Object.entries(entries).filter((entry): entry is [string, Fields] => isFields(entry[1]));
  return Object.fromEntries(
    rules.map(([rule, { reason, until }]) => [
      rule,
      { level: 'warning' as const, reason: text(reason), ...present({ until: textOrNothing(until) }) },
    ]),
  );
}

const DEFAULT_THRESHOLDS = { lossPercent: 0, rttP95Ms: 100 };

function smoke(entry: Fields): Smoke {
  const thresholds = mapping(entry.thresholds);
  const { networks } = entry;
  return {
    ...present({ image: textOrNothing(entry.image) }),
    defaultPodNetwork: texts(entry.defaultPodNetwork).filter((family): family is Family => family === 'v4' || family === 'v6'),
    networks: networks === 'none' ? 'none' : Array.isArray(networks) ? texts(networks) : 'all',
    thresholds: {
      lossPercent: numberOr(thresholds.lossPercent, DEFAULT_THRESHOLDS.lossPercent),
      rttP95Ms: numberOr(thresholds.rttP95Ms, DEFAULT_THRESHOLDS.rttP95Ms),
    },
  };
}
