import { isOfMainServer } from '../cn2/main-server.ts';
import { FIELD_MANAGER } from '../cn2/names.ts';
import type { DescribedAbilities } from '../model/abilities.ts';
import type { KubernetesObject, ManagedFieldsEntry, Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import { mergeLocally } from '../plan/local-merge.ts';
import {
  type Cluster,
  ClusterError,
  type Discovery,
  type ExecRequest,
  type ExecResult,
  type LogRequest,
  type RequestCounts,
  type ServerSideApplyOptions,
  type Target,
  type WatchEvent,
} from '../ports/cluster.ts';
import { CREATE_ONLY } from '../ports/preconditions.ts';
import { seenAsApplied, wasPut } from './seen-as-applied.ts';
import { applyHere } from './writes.ts';

/**
 * A connection on which every kind behaves as one with server-side apply, whatever its API can do. Where an API takes none, or keeps no
 * record of owners, objects are merged here and written by PUT, with what was applied in an annotation; those who read them see the
 * record for which it stands, and not the annotation. Groups of the main server pass through.
 */
export class ClientSideCluster implements Cluster {
  readonly name: string;
  readonly server: string;
  readonly #inner: Cluster;
  /** By group: whether any of its objects carries records of owners; absent: no object was seen. */
  readonly #recorded = new Map<string, boolean>();
  /** Objects as they were read, by uid: what a PUT is made of. */
  readonly #read = new Map<string, KubernetesObject>();
  /** Records that were given for a state of an object, and come true with the write that follows. */
  readonly #given = new Map<string, readonly ManagedFieldsEntry[]>();

  constructor(inner: Cluster) {
    this.#inner = inner;
    this.name = inner.name;
    this.server = inner.server;
  }

  discover(): Promise<Discovery> {
    return this.#inner.discover();
  }

  /** As its API describes itself; an API none of whose objects has a record of owners keeps none. */
  async abilities(resource: Resource): Promise<DescribedAbilities> {
    const offered = await this.#inner.abilities(resource);
    const recorded = this.#recorded.get(resource.group) !== false;
    return { ...offered, serverSideApply: offered.serverSideApply && recorded };
  }

  async list(resource: Resource, options?: Parameters<Cluster['list']>[1]): Promise<KubernetesObject[]> {
    const items = await this.#inner.list(resource, options);
    return isOfMainServer(resource.group) ? items : await this.#seen(resource, items);
  }

  async get(target: Target): Promise<KubernetesObject | undefined> {
    const found = await this.#inner.get(target);
    if (found === undefined || isOfMainServer(target.resource.group)) return found;
    return (await this.#seen(target.resource, [found]))[0];
  }

  async apply(resource: Resource, object: KubernetesObject, options: ServerSideApplyOptions = {}): Promise<KubernetesObject> {
    if (isOfMainServer(resource.group)) return await this.#inner.apply(resource, object, options);
    const abilities = await this.abilities(resource);
    const { serverSideApply, dryRun } = abilities;
    const foreign = options.fieldManager !== undefined && options.fieldManager !== FIELD_MANAGER;
    if (foreign && !serverSideApply) throw new Error(`what ${options.fieldManager} applies is kept in no annotation`);
    if (foreign) return await this.#inner.apply(resource, object, options);
    if (!serverSideApply) return await this.#applyHere(resource, object, options, abilities);
    if (options.dryRun === true && !dryRun) return await this.#foresee(resource, object, options, abilities);
    const answer = await this.#inner.apply(resource, object, options);
    this.#note(resource, answer);
    if (answer.metadata.managedFields !== undefined) return answer;
    // The first object of its group tells that no record is kept: what was applied has to be kept with it.
    const { uid, resourceVersion } = answer.metadata;
    const stored = options.dryRun === true ? {} : present({ uid, resourceVersion });
    const again = options.dryRun === true ? object : { ...object, metadata: { ...withoutPlace(object), ...stored } };
    return await this.#applyHere(resource, again, options, abilities);
  }

  async replaceManagedFields(target: Target, records: Parameters<Cluster['replaceManagedFields']>[1]): Promise<KubernetesObject> {
    const { resource } = target;
    if ((await this.abilities(resource)).serverSideApply) return await this.#inner.replaceManagedFields(target, records);
    const { uid, resourceVersion, managedFields } = records;
    const live = await this.get(target);
    const cause = live === undefined ? 'not-found' : 'conflict';
    if (live?.metadata.uid !== uid || live.metadata.resourceVersion !== resourceVersion)
      throw new ClusterError(`${this.name}: ${resource.kind} ${target.name} has been modified`, {
        cluster: this.name,
        cause,
        fieldConflicts: [],
      });
    this.#given.set(`${uid} ${resourceVersion}`, managedFields);
    return { ...live, metadata: { ...live.metadata, managedFields: [...managedFields] } };
  }

  async create(
    resource: Resource,
    object: KubernetesObject,
    options?: Parameters<Cluster['create']>[2],
  ): Promise<KubernetesObject> {
    return await this.#inner.create(resource, object, options);
  }

  async update(
    resource: Resource,
    object: KubernetesObject,
    options?: Parameters<Cluster['update']>[2],
  ): Promise<KubernetesObject> {
    // What is read here lacks the annotation: written back, nothing would be known of what was applied.
    if (!isOfMainServer(resource.group) && !(await this.abilities(resource)).serverSideApply)
      throw new Error(`${resource.kind} of ${resource.group} is to be applied, not replaced`);
    return await this.#inner.update(resource, object, options);
  }

  delete(target: Target, options?: Parameters<Cluster['delete']>[1]): Promise<void> {
    return this.#inner.delete(target, options);
  }

  deleteLabelled(resource: Resource, options: Parameters<Cluster['deleteLabelled']>[1]): Promise<void> {
    return this.#inner.deleteLabelled(resource, options);
  }

  watch(resource: Resource, options: Parameters<Cluster['watch']>[1]): AsyncIterable<WatchEvent> {
    return this.#inner.watch(resource, options);
  }

  exec(request: ExecRequest, signal?: AbortSignal): Promise<ExecResult> {
    return this.#inner.exec(request, signal);
  }

  log(request: LogRequest): Promise<string> {
    return this.#inner.log(request);
  }

  peerCertificate(server: string): ReturnType<Cluster['peerCertificate']> {
    return this.#inner.peerCertificate(server);
  }

  counts(): RequestCounts {
    return this.#inner.counts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inner[Symbol.asyncDispose]();
  }

  async #applyHere(
    resource: Resource,
    object: KubernetesObject,
    options: ServerSideApplyOptions,
    { dryRun, itemLists: lists }: DescribedAbilities,
  ): Promise<KubernetesObject> {
    const raw = await this.#live(resource, object);
    const records = this.#given.get(`${raw?.metadata.uid} ${raw?.metadata.resourceVersion}`);
    return await applyHere(this.#inner, { resource, object, options, dryRun, raw, records, lists });
  }

  /** What a server-side apply would answer, without asking: the API knows no dry-run and would do it. */
  async #foresee(
    resource: Resource,
    object: KubernetesObject,
    options: ServerSideApplyOptions,
    { itemLists }: DescribedAbilities,
  ): Promise<KubernetesObject> {
    const raw = await this.#live(resource, object);
    const { result, conflicts } = raw === undefined ? { result: object, conflicts: [] } : mergeLocally(object, raw, itemLists);
    if (conflicts.length === 0 || options.force === true) return result;
    throw new ClusterError(`${this.name}: conflict with fields of others`, {
      cluster: this.name,
      cause: 'conflict',
      fieldConflicts: conflicts,
    });
  }

  /** The object in the state for which a write is meant, as it was read; where that is not known, as it is now. */
  async #live(resource: Resource, object: KubernetesObject): Promise<KubernetesObject | undefined> {
    const { uid, resourceVersion, name, namespace } = object.metadata;
    // A POST is refused where something is.
    if (uid === undefined && resourceVersion === CREATE_ONLY) return undefined;
    const known = uid === undefined ? undefined : this.#read.get(uid);
    if (known !== undefined && known.metadata.resourceVersion === resourceVersion) return known;
    return await this.#inner.get({ resource, name, ...present({ namespace }) });
  }

  /** As who compares them is to see them. What carries nothing of our own PUTs looks the same, whatever its API can do. */
  async #seen(resource: Resource, items: KubernetesObject[]): Promise<KubernetesObject[]> {
    for (const raw of items) {
      this.#note(resource, raw);
      if (raw.metadata.uid !== undefined) this.#read.set(raw.metadata.uid, raw);
    }
    if (!items.some(wasPut)) return items;
    const { serverSideApply, itemLists } = await this.#inner.abilities(resource);
    return items.map((raw) =>
      serverSideApply && (raw.metadata.managedFields ?? []).length > 0 ? raw : seenAsApplied(raw, itemLists),
    );
  }

  #note({ group }: Resource, { metadata }: KubernetesObject): void {
    const recorded = (metadata.managedFields ?? []).length > 0;
    if (recorded || !this.#recorded.has(group)) this.#recorded.set(group, recorded);
  }
}

function withoutPlace({
  metadata: { uid: _, resourceVersion: __, ...metadata },
}: KubernetesObject): KubernetesObject['metadata'] {
  return metadata;
}
