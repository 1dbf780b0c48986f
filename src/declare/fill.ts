import type {
  CentralCluster,
  CredentialRef,
  DistributedCluster,
  ExtraSource,
  Family,
  Fleet,
  FleetNamespace,
  Policy,
  Smoke,
} from '../model/fleet.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import { present } from '../model/present.ts';
import { canonicalCidr } from './cidr.ts';
import { connection, network } from './fill-networks.ts';
import { plainPath } from './roots.ts';
import { list, mapping, text, textMap, textOrNothing, texts } from './values.ts';

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
      manifests: text(release.manifests).replace(/(?<=.)\/+$/, ''),
      ...present({ registry: registry(release.registry) }),
      pullSecret: credential(release.pullSecret),
    },
    central: central(mapping(root.central)),
    distributed: list(root.distributed).map((entry) => distributed(mapping(entry))),
    namespaces: list(root.namespaces).map((entry) => namespace(mapping(entry))),
    networks: list(root.networks).map((entry) => network(mapping(entry))),
    connections: list(root.connections).map((entry) => connection(mapping(entry))),
    ...(list(root.extra).length === 0 ? {} : { extra: list(root.extra).map((entry) => extra(mapping(entry))) }),
    ...present({ policy: isFields(root.policy) ? policy(root.policy) : undefined }),
    ...present({ smoke: isFields(root.smoke) ? smoke(root.smoke) : undefined }),
  };
}

/** Without slashes at its end: what follows is '/image'. */
function registry(value: unknown): string | undefined {
  return textOrNothing(text(value).replace(/\/+$/, ''));
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** A member that is left out when there is no value. */
function credential(value: unknown): CredentialRef {
  const { env, file, context } = mapping(value);
  const place = typeof file === 'string' && typeof env !== 'string' ? { file } : { env: text(env) };
  return { ...place, ...present({ context: textOrNothing(context) }) };
}

function optionalCredential(value: unknown): CredentialRef | undefined {
  return isFields(value) ? credential(value) : undefined;
}

function clusterCommon(entry: Fields) {
  const lab = isFields(entry.lab) ? { workers: numberOr(entry.lab.workers, 0) } : undefined;
  return {
    name: text(entry.name),
    kubeconfig: credential(entry.kubeconfig),
    ...present({ handover: optionalCredential(entry.handover) }),
    server: text(entry.server),
    podSubnets: texts(entry.podSubnets).map(canonicalCidr),
    serviceSubnets: texts(entry.serviceSubnets).map(canonicalCidr),
    nodeSubnets: texts(entry.nodeSubnets).map(canonicalCidr),
    ...present({ lab }),
  };
}

function central(entry: Fields): CentralCluster {
  return { ...clusterCommon(entry), ...present({ kubernetesClusterName: textOrNothing(entry.kubernetesClusterName) }) };
}

function distributed(entry: Fields): DistributedCluster {
  const name = text(entry.name);
  const selector = isFields(entry.kubemanagerNodeSelector) ? textMap(entry.kubemanagerNodeSelector) : undefined;
  return {
    ...clusterCommon(entry),
    index: Number.isSafeInteger(entry.index) ? (entry.index as number) : Number.NaN,
    state: entry.state === 'detached' ? 'detached' : 'attached',
    kubemanager: textOrNothing(entry.kubemanager) ?? (name === '' ? '' : `kubemanager-${name}`),
    kubeconfigSecret: textOrNothing(entry.kubeconfigSecret) ?? (name === '' ? '' : `${name}-kubeconfig`),
    ...present({
      registry: registry(entry.registry),
      pullSecret: optionalCredential(entry.pullSecret),
      kubemanagerNodeSelector: selector,
    }),
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
