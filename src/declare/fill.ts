import type { ExtraSource, Family, Fleet, FleetNamespace, LoweredRule, Policy, UpgradePolicy } from '../model/fleet.ts';
import type { Smoke } from '../model/fleet-smoke.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { central, credential, distributed } from './fill-clusters.ts';
import { connection, network } from './fill-networks.ts';
import { plainPath } from './roots.ts';
import { folder, list, mapping, numberOr, registry, text, textMap, textOrNothing, texts, wholeNumber } from './values.ts';

/** How long a cluster may go without a look that could judge it before that is an issue: of a look a night two may be missed. */
export const DEFAULT_MAX_AGE = '72h';

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
    ...(list(root.extra).length === 0 ? {} : { extra: list(root.extra).map((entry) => extra(mapping(entry))) }),
    ...present({ policy: isFields(root.policy) ? policy(root.policy) : undefined }),
    ...present({ drift: isFields(root.drift) ? { maxAge: textOrNothing(root.drift.maxAge) ?? DEFAULT_MAX_AGE } : undefined }),
    ...present({ upgrade: isFields(root.upgrade) ? upgrade(root.upgrade) : undefined }),
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
    ...present({ annotations: isFields(entry.annotations) ? textMap(entry.annotations) : undefined, forwarding }),
    manage: entry.manage !== false,
  };
}

/** Paths are compared with each other and with those of files: each has one spelling. One that leads out stays as it is. */
function extra(entry: Fields): ExtraSource {
  const path = text(entry.path);
  return { cluster: text(entry.cluster), path: path === '' || path.startsWith('/') ? path : plainPath(path) || '.' };
}

function policy(entry: Fields): Policy {
  return { disruptive: entry.disruptive === 'refuse' ? 'refuse' : 'allow' };
}

function upgrade({ maxUnavailable, soak, order }: Fields): UpgradePolicy {
  return { maxUnavailable: wholeNumber(maxUnavailable) ?? 1, soak: textOrNothing(soak) ?? '0s', order: texts(order) };
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
    ...(entry.perNode === true ? { perNode: true } : {}),
    ...(entry.keepProbes === true ? { keepProbes: true } : {}),
    ...(entry.netRaw === true ? { netRaw: true } : {}),
  };
}
