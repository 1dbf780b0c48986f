import type { Resource } from '../../model/kubernetes.ts';
import { ClusterError, type Discovery } from '../../ports/cluster.ts';
import type { ApiRequest } from './request.ts';
import type { Transport } from './transport.ts';

/** One answer lists every kind of a root ("aggregated discovery", Kubernetes 1.26 and later); older servers answer plain group lists. */
const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
);

interface AggregatedGroups {
  kind: 'APIGroupDiscoveryList';
  items: {
    metadata: { name?: string };
    versions?: {
      version: string;
      freshness?: string;
      resources?: { resource: string; scope: string; verbs?: string[]; responseKind?: { kind: string } }[];
    }[];
  }[];
}

interface PlainGroups {
  kind: 'APIGroupList';
  groups: { name: string; versions: { version: string }[]; preferredVersion?: { version: string } }[];
}

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean; verbs?: string[] }[];
}

/** What a cluster serves, in three requests (old servers: one per group and version). */
export async function discover(transport: Transport): Promise<Discovery> {
  const [core, groups, version] = await Promise.all([
    transport.json<AggregatedGroups | { kind: 'APIVersions' }>(read('/api')),
    transport.json<AggregatedGroups | PlainGroups>(read('/apis')),
    transport.json<{ gitVersion?: string }>(read('/version')),
  ]);
  const found = [
    core.kind === 'APIGroupDiscoveryList'
      ? fromAggregated(core)
      : await fromPlain(transport, [{ name: '', versions: [{ version: 'v1' }] }]),
    groups.kind === 'APIGroupDiscoveryList' ? fromAggregated(groups) : await fromPlain(transport, groups.groups),
  ];
  return {
    resources: found.flatMap(({ resources }) => resources),
    unavailableGroups: [...new Set(found.flatMap(({ unavailableGroups }) => unavailableGroups))].sort(),
    serverVersion: version.gitVersion ?? 'unknown',
  };
}

type Found = Omit<Discovery, 'serverVersion'>;

/** Versions come in the server's order of preference. A stale one is an APIService that does not answer. */
function fromAggregated(list: AggregatedGroups): Found {
  const found: Found = { resources: [], unavailableGroups: [] };
  for (const { metadata, versions } of list.items) {
    const group = metadata.name ?? '';
    for (const { version, freshness, resources } of versions ?? []) {
      if (freshness === 'Stale') {
        found.unavailableGroups.push(group);
        continue;
      }
      for (const { resource, scope, verbs, responseKind } of resources ?? []) {
        if (responseKind === undefined || verbs?.includes('get') !== true) continue;
        found.resources.push({ group, version, kind: responseKind.kind, plural: resource, namespaced: scope === 'Namespaced' });
      }
    }
  }
  return found;
}

async function fromPlain(transport: Transport, groups: PlainGroups['groups']): Promise<Found> {
  const parts = groups.flatMap(({ name, versions, preferredVersion }) =>
    [...versions]
      .sort((a, b) => Number(b.version === preferredVersion?.version) - Number(a.version === preferredVersion?.version))
      .map(({ version }) => ({ group: name, version })),
  );
  const answers = await Promise.all(parts.map((part) => resourcesOf(transport, part.group, part.version)));
  return {
    resources: answers.flatMap((answer) => answer ?? []),
    unavailableGroups: parts.filter((_, index) => answers[index] === undefined).map(({ group }) => group),
  };
}

/** Undefined: the version is registered and does not answer. */
async function resourcesOf(transport: Transport, group: string, version: string): Promise<Resource[] | undefined> {
  try {
    const list = await transport.json<ResourceList>(read(group === '' ? `/api/${version}` : `/apis/${group}/${version}`));
    return list.resources
      .filter(({ name, verbs }) => !name.includes('/') && verbs?.includes('get') === true)
      .map(({ name, kind, namespaced }) => ({ group, version, kind, plural: name, namespaced }));
  } catch (error) {
    if (error instanceof ClusterError && ['unavailable', 'not-found', 'timeout', 'error'].includes(error.cause)) return undefined;
    throw error;
  }
}

function read(path: string): ApiRequest {
  return {
    counted: 'GET',
    method: 'GET',
    path,
    accept: [...AGGREGATED, 'application/json'].join(','),
    subject: { verb: 'get', resource: path, secret: false },
    repeatable: true,
  };
}
