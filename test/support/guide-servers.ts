import { type AggregatedApiServer, startAggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import { CORE } from '../../src/cn2/names.ts';
import { driftDocument } from '../../src/drift/classify.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { isFields } from '../../src/model/json-object.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { Desired } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { takeApiServer } from './api-servers.ts';
import { cn2Definitions, DEFINITIONS } from './cn2-definitions.ts';
import { carryOut, guideDesired, type Looked, look, spell } from './planning.ts';

export const NAMESPACES: Resource = { group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false };

/** The guide's two clusters as real API servers, with everything applied that its fleet declares. */
export class GuideServers implements AsyncDisposable {
  readonly clusters = new Map<string, Cluster>();
  /** The connections beneath: what the API itself says. */
  readonly beneath = new Map<string, Cluster>();
  readonly servers: ApiServer[] = [];
  /** The central server where its core kinds come from an aggregated API. */
  readonly aggregated?: AggregatedApiServer;
  readonly fleet: Fleet;
  desired: Desired[];

  private constructor(aggregated: AggregatedApiServer | undefined) {
    ({ fleet: this.fleet, desired: this.desired } = guideDesired());
    if (aggregated !== undefined) this.aggregated = aggregated;
  }

  /** `switches`: the core kinds come from an aggregated API that begins so; absent: from definitions in the central server. */
  static async start(switches?: Partial<Switches>): Promise<GuideServers> {
    const isCore = ({ metadata }: KubernetesObject) => metadata.name.endsWith(`.${CORE}`);
    const central = cn2Definitions('central');
    const aggregated =
      switches === undefined
        ? undefined
        : await startAggregatedApiServer({ name: 'cluster1', audit: true, definitions: central.filter(isCore), switches });
    const guide = new GuideServers(aggregated);
    guide.servers.push(aggregated ?? (await takeApiServer({ name: 'cluster1' })), await takeApiServer({ name: 'cluster2' }));
    await guide.reconnect();
    const here = aggregated === undefined ? central : central.filter((each) => !isCore(each));
    for (const object of here) await guide.central.create(DEFINITIONS, object);
    for (const object of cn2Definitions('distributed')) await guide.distributed.create(DEFINITIONS, object);
    for (const name of ['contrail', 'kubemanager-cluster2-cluster2-ns1'])
      await guide.central.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    await served(guide.central, 'VirtualNetworkRouter');
    await served(guide.distributed, 'Vrouter');
    for (let round = 0; round < 4; round++) await guide.apply();
    return guide;
  }

  /** New connections: what an API can do is read once for each. */
  async reconnect(): Promise<void> {
    await this.#disconnect();
    for (const server of this.servers) {
      const beneath = await kubernetesConnector().connect(server.name, server.kubeconfig);
      this.beneath.set(server.name, beneath);
      this.clusters.set(server.name, new ClientSideCluster(beneath));
    }
  }

  async #disconnect(): Promise<void> {
    await Promise.all([...this.clusters.values()].map((cluster) => cluster[Symbol.asyncDispose]()));
  }

  /** Whether server-side apply is served for a kind; where it is not, nobody has it. */
  serverApplies({ group }: Resource): boolean {
    return group !== CORE || this.aggregated?.switches.serverSideApply !== 'off';
  }

  /** Who is known to own what somebody wrote. */
  holder({ group }: Resource, manager: string): string | undefined {
    return group === CORE && this.aggregated?.switches.managedFields === 'off' ? undefined : manager;
  }

  /** What somebody else writes into an object as it is; lists as a whole. */
  async meddle(where: string, resource: Resource, part: KubernetesObject, manager: string): Promise<void> {
    const { namespace, name } = part.metadata;
    const beneath = this.beneath.get(where)!;
    if (this.serverApplies(resource)) return void (await beneath.apply(resource, part, { fieldManager: manager, force: true }));
    const live = (await beneath.get({ resource, name, ...(namespace === undefined ? {} : { namespace }) }))!;
    await beneath.update(resource, merged(live, part) as KubernetesObject, { fieldManager: manager });
  }

  get central(): Cluster {
    return this.clusters.get('cluster1')!;
  }

  get distributed(): Cluster {
    return this.clusters.get('cluster2')!;
  }

  /** A plan of what is declared, which `edit` may change first: an object of each kind and name, or all of a kind. */
  async look(edits: readonly Edit[] = []): Promise<Looked> {
    return await look(this.fleet, edited(this.desired, edits), this.clusters);
  }

  /** Plans and does it. */
  async apply(edits: readonly Edit[] = []): Promise<void> {
    await carryOut(await this.look(edits), this.clusters);
  }

  /** The declared object, without what makes it ours. */
  plain(kind: string, name: string): KubernetesObject {
    const { object } = this.desired.find((entry) => entry.object.kind === kind && entry.object.metadata.name === name)!;
    const labels = Object.entries(object.metadata.labels ?? {}).filter(([key]) => !OURS.test(key));
    const annotations = Object.entries(object.metadata.annotations ?? {}).filter(([key]) => !OURS.test(key));
    return {
      ...object,
      metadata: { ...object.metadata, labels: Object.fromEntries(labels), annotations: Object.fromEntries(annotations) },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
  }
}

function merged(live: unknown, part: unknown): unknown {
  if (!isFields(live) || !isFields(part)) return part;
  const members = Object.entries(part).map(([key, value]) => [key, merged(live[key], value)]);
  return { ...live, ...Object.fromEntries(members) };
}

const OURS = /^(cn2-fleet\/|app\.kubernetes\.io\/managed-by)/;

export interface Edit {
  kind: string;
  name: string;
  /** undefined: it is declared no more. */
  to(object: KubernetesObject): KubernetesObject | undefined;
}

function edited(desired: readonly Desired[], edits: readonly Edit[]): Desired[] {
  return desired.flatMap((entry) => {
    const edit = edits.find(({ kind, name }) => entry.object.kind === kind && entry.object.metadata.name === name);
    if (edit === undefined) return [entry];
    const object = edit.to(structuredClone(entry.object));
    return object === undefined ? [] : [{ ...entry, object }];
  });
}

/** Waits until a kind is served. */
async function served(cluster: Cluster, kind: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if ((await cluster.discover()).resources.some((resource) => resource.kind === kind)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${kind} is not served`);
}

/** Every change as text, with its fields and who is named. */
export function allFieldsOf(looked: Looked): unknown[] {
  return looked.plan.clusters.flatMap(({ changes }) =>
    changes.map((change) => [spell(change), change.fields.map(({ path, conflictsWith }) => [path, conflictsWith ?? null])]),
  );
}

/** Kind of object and of drift, and who is named. */
export function driftsOf(looked: Looked): unknown[] {
  const { clusters } = driftDocument({ plan: looked.plan, live: looked.live, proposalPending: false });
  return clusters.flatMap(({ changes }) => changes.map(({ kind, kindOfDrift, manager }) => [kind, kindOfDrift, manager]));
}

/** Declares a label, or none. */
export function labelEdit(kind: string, name: string, key: string, value?: string): Edit {
  return {
    kind,
    name,
    to: (object) => {
      const { [key]: _, ...labels } = object.metadata.labels ?? {};
      object.metadata.labels = value === undefined ? labels : { ...labels, [key]: value };
      return object;
    },
  };
}
