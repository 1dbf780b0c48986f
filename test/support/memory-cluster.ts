import { isOfMainServer } from '../../src/cn2/main-server.ts';
import { FIELD_MANAGER } from '../../src/cn2/names.ts';
import { canonicalJson } from '../../src/declare/digest.ts';
import { type Abilities, ALL_ABILITIES } from '../../src/model/abilities.ts';
import { apiVersionOf, groupOf, type Json, type KubernetesObject, type Resource } from '../../src/model/kubernetes.ts';
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
} from '../../src/ports/cluster.ts';
import { type Leaves, leavesOf, managedFields, pathsOf, removeLeaf, setLeaf } from './memory-objects.ts';

/** One request as it reached the cluster. */
export interface SeenRequest {
  verb:
    | 'GET'
    | 'LIST'
    | 'WATCH'
    | 'APPLY'
    | 'APPLY-DRYRUN'
    | 'PATCH'
    | 'CREATE'
    | 'CREATE-DRYRUN'
    | 'UPDATE'
    | 'UPDATE-DRYRUN'
    | 'DELETE'
    | 'EXEC'
    | 'LOG'
    | 'DISCOVERY';
  cluster: string;
  kind?: string;
  namespace?: string;
  name?: string;
  object?: KubernetesObject;
  force?: boolean;
}

export interface MemoryClusterOptions {
  name: string;
  resources: Resource[];
  now?: () => number;
  /** Called before a request has its effect: throw here and it never happened. */
  before?: (request: SeenRequest) => void | Promise<void>;
  /** Called after a request had its effect: throw here and its answer is lost. */
  after?: (request: SeenRequest) => void | Promise<void>;
  /** Called for each stored change, after watchers were told: what controllers would do. */
  controller?: (cluster: MemoryCluster, event: WatchEvent) => void;
  exec?: (request: ExecRequest) => Promise<ExecResult>;
  log?: (request: LogRequest) => Promise<string>;
}

type Owners = Map<string, { operation: 'Apply' | 'Update'; paths: Set<string>; time: string }>;
interface Stored {
  object: KubernetesObject;
  owners: Owners;
  resource: Resource;
}

const WRITES = new Set(['APPLY', 'PATCH', 'CREATE', 'UPDATE', 'DELETE']);

/**
 * An API server in memory: uid and resourceVersion preconditions, create-only, field conflicts and no-op applies as measured on
 * Kubernetes 1.36; lists are atomic, nothing is defaulted, and versions of a kind differ in nothing else. Controllers are what a test adds.
 */
export class MemoryCluster implements Cluster {
  readonly name: string;
  readonly server: string;
  readonly audit: SeenRequest[] = [];
  readonly #options: MemoryClusterOptions;
  readonly #stored = new Map<string, Stored>();
  readonly #watchers = new Set<(event: WatchEvent, resource: Resource) => void>();
  #resources: Resource[];
  #unavailable: string[] = [];
  #version = 1000;
  #uids = 0;

  constructor(options: MemoryClusterOptions) {
    this.name = options.name;
    this.server = `https://${options.name}.example:6443`;
    this.#options = options;
    this.#resources = [...options.resources];
  }

  /** Requests that changed something, dry-runs aside. */
  writes(): SeenRequest[] {
    return this.audit.filter((request) => WRITES.has(request.verb));
  }

  /** A kind appears (a CRD was established). */
  serve(...resources: Resource[]): void {
    for (const resource of resources) {
      if (!this.#resources.some((known) => keyOfResource(known) === keyOfResource(resource))) this.#resources.push(resource);
    }
  }

  /** An aggregated API stops answering. */
  makeUnavailable(group: string): void {
    this.#unavailable.push(group);
  }

  /** Takes over what another one serves and holds, with the same uids and versions. */
  load(other: MemoryCluster): void {
    this.#resources = [...other.#resources];
    this.#version = other.#version;
    this.#uids = other.#uids;
    this.#stored.clear();
    for (const [key, { object, owners, resource }] of other.#stored)
      this.#stored.set(key, { object: structuredClone(object), owners: structuredClone(owners), resource });
  }

  /** What is there, without a request. */
  peek(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined {
    for (const { object } of this.#stored.values()) {
      if (object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name)
        return structuredClone(object);
    }
    return undefined;
  }

  /** Everything that is there, without a request, sorted. */
  all(): KubernetesObject[] {
    return [...this.#stored.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { object }]) => structuredClone(object));
  }

  /** Writes as a controller or a person does (an Update of that manager), without a request: creates or replaces; status included. */
  put(object: KubernetesObject, manager = 'controller'): KubernetesObject {
    const resource = this.#resourceOf(object);
    const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
    const before = this.#stored.get(key);
    const owners: Owners = structuredClone(before?.owners ?? new Map());
    const next = structuredClone(object);
    if (before !== undefined) {
      next.metadata.uid = before.object.metadata.uid as string;
      next.metadata.creationTimestamp ??= before.object.metadata.creationTimestamp as string;
    }
    const changed = [...leavesOf(next)].filter(([path, value]) => {
      const old = before === undefined ? undefined : leavesOf(before.object).get(path);
      return canonicalJson(old) !== canonicalJson(value);
    });
    for (const [path] of changed) for (const owner of owners.values()) owner.paths.delete(path);
    const there = leavesOf(next);
    for (const owner of owners.values()) for (const path of owner.paths) if (!there.has(path)) owner.paths.delete(path);
    const own = owners.get(`Update ${manager}`)?.paths ?? new Set<string>();
    for (const [path] of changed) own.add(path);
    owners.set(`Update ${manager}`, { operation: 'Update', paths: own, time: this.#time() });
    return this.#store(key, resource, next, owners);
  }

  /** Takes finalizers away and lets go what was being deleted. */
  finalize(kind: string, namespace: string | undefined, name: string): void {
    for (const [key, stored] of this.#stored) {
      const { object } = stored;
      if (object.kind !== kind || object.metadata.namespace !== namespace || object.metadata.name !== name) continue;
      delete object.metadata.finalizers;
      if (object.metadata.deletionTimestamp !== undefined) this.#drop(key, stored);
    }
  }

  /** Deletes without a request. */
  remove(kind: string, namespace: string | undefined, name: string): void {
    for (const [key, stored] of this.#stored) {
      const { metadata } = stored.object;
      if (stored.object.kind === kind && metadata.namespace === namespace && metadata.name === name) this.#drop(key, stored);
    }
  }

  async discover(): Promise<Discovery> {
    return await this.#request({ verb: 'DISCOVERY', cluster: this.name }, () => ({
      resources: this.#resources.filter((resource) => !this.#unavailable.includes(resource.group)),
      unavailableGroups: [...this.#unavailable],
      serverVersion: 'v1.36.3',
    }));
  }

  async abilities(): Promise<Abilities> {
    return ALL_ABILITIES;
  }

  async list(
    resource: Resource,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubernetesObject[]> {
    return await this.#request({ verb: 'LIST', cluster: this.name, kind: resource.kind }, () => this.#select(resource, options));
  }

  async get(target: Target): Promise<KubernetesObject | undefined> {
    return await this.#request(this.#about('GET', target.resource, target), () => {
      const object = this.#stored.get(keyOf(target.resource, target.namespace, target.name))?.object;
      return object === undefined ? undefined : inVersion(object, target.resource);
    });
  }

  async apply(resource: Resource, object: KubernetesObject, options: ServerSideApplyOptions = {}): Promise<KubernetesObject> {
    const request = this.#about(options.dryRun === true ? 'APPLY-DRYRUN' : 'APPLY', resource, object.metadata);
    request.object = structuredClone(object);
    if (options.force === true) request.force = true;
    return await this.#request(request, () => this.#apply(resource, object, options));
  }

  async replaceManagedFields(
    target: Target,
    { uid, resourceVersion, managedFields: records }: Parameters<Cluster['replaceManagedFields']>[1],
  ): Promise<KubernetesObject> {
    return await this.#request(this.#about('PATCH', target.resource, target), () => {
      const key = keyOf(target.resource, target.namespace, target.name);
      const stored = this.#stored.get(key);
      if (stored === undefined) throw this.#failure(404, 'not-found', 'NotFound', `${target.name} not found`);
      const { metadata } = stored.object;
      if (uid !== metadata.uid || resourceVersion !== metadata.resourceVersion) throw this.#moved();
      const owners: Owners = new Map(
        records.map(({ manager, operation, time, fieldsV1 }) => [
          `${operation} ${manager}`,
          { operation, paths: pathsOf(fieldsV1 ?? {}), time: time ?? this.#time() },
        ]),
      );
      return this.#store(key, target.resource, structuredClone(stored.object), owners);
    });
  }

  async create(
    resource: Resource,
    object: KubernetesObject,
    options: { dryRun?: boolean; fieldManager?: string } = {},
  ): Promise<KubernetesObject> {
    const request = this.#about(options.dryRun === true ? 'CREATE-DRYRUN' : 'CREATE', resource, object.metadata);
    request.object = structuredClone(object);
    return await this.#request(request, () => {
      this.#mustServe(resource);
      this.#mustHaveNamespace(resource, object);
      const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
      if (this.#stored.has(key)) throw this.#failure(409, 'conflict', 'AlreadyExists', `${object.metadata.name} already exists`);
      const owners: Owners = new Map([
        [
          `Update ${options.fieldManager ?? FIELD_MANAGER}`,
          { operation: 'Update', paths: new Set(leavesOf(object).keys()), time: this.#time() },
        ],
      ]);
      return options.dryRun === true ? structuredClone(object) : this.#store(key, resource, structuredClone(object), owners);
    });
  }

  async update(
    resource: Resource,
    object: KubernetesObject,
    options: { dryRun?: boolean; fieldManager?: string } = {},
  ): Promise<KubernetesObject> {
    const request = this.#about(options.dryRun === true ? 'UPDATE-DRYRUN' : 'UPDATE', resource, object.metadata);
    request.object = structuredClone(object);
    return await this.#request(request, () => {
      const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
      const before = this.#stored.get(key);
      if (before === undefined) throw this.#failure(404, 'not-found', 'NotFound', `${object.metadata.name} not found`);
      const { uid, resourceVersion } = object.metadata;
      if (uid !== undefined && uid !== before.object.metadata.uid) throw this.#moved();
      if (resourceVersion !== undefined && resourceVersion !== before.object.metadata.resourceVersion) throw this.#moved();
      const next = { ...object, ...('status' in before.object ? { status: before.object['status'] } : {}) };
      if (options.dryRun === true) return structuredClone(next);
      return this.put(next, options.fieldManager ?? FIELD_MANAGER);
    });
  }

  async delete(target: Target, options: Parameters<Cluster['delete']>[1] = {}): Promise<void> {
    await this.#request(this.#about('DELETE', target.resource, target), () => {
      const key = keyOf(target.resource, target.namespace, target.name);
      const stored = this.#stored.get(key);
      if (stored === undefined) return;
      const { metadata } = stored.object;
      if (options.uid !== undefined && options.uid !== metadata.uid) throw this.#moved();
      if (options.resourceVersion !== undefined && options.resourceVersion !== metadata.resourceVersion) throw this.#moved();
      if ((metadata.finalizers ?? []).length === 0) {
        this.#drop(key, stored);
        return;
      }
      if (metadata.deletionTimestamp !== undefined) return;
      metadata.deletionTimestamp = this.#time();
      this.#touch(key, stored, 'MODIFIED');
    });
  }

  async deleteLabelled(resource: Resource, options: { namespace: string; labelSelector: string }): Promise<void> {
    const { namespace } = options;
    await this.#request({ verb: 'DELETE', cluster: this.name, kind: resource.kind, namespace }, () => undefined);
    for (const { metadata } of this.#select(resource, options)) {
      const key = keyOf(resource, namespace, metadata.name);
      const stored = this.#stored.get(key);
      if (stored === undefined) continue;
      if ((metadata.finalizers ?? []).length === 0) this.#drop(key, stored);
      else stored.object.metadata.deletionTimestamp ??= this.#time();
    }
  }

  async *watch(
    resource: Resource,
    options: { namespace?: string; name?: string; labelSelector?: string; signal: AbortSignal },
  ): AsyncGenerator<WatchEvent> {
    const { signal } = options;
    const selection = {
      ...options,
      ...(options.name === undefined ? {} : { fieldSelector: `metadata.name=${options.name}` }),
    };
    const pending: WatchEvent[] = [];
    let wake: () => void = () => undefined;
    const listener = (event: WatchEvent, changed: Resource) => {
      if (changed.group !== resource.group || changed.kind !== resource.kind || !matches(event.object, selection)) return;
      pending.push(structuredClone(event));
      wake();
    };
    const start = await this.#request({ verb: 'WATCH', cluster: this.name, kind: resource.kind }, () => {
      this.#watchers.add(listener);
      return this.#select(resource, selection);
    });
    try {
      for (const object of start) yield { type: 'ADDED', object };
      while (!signal.aborted) {
        const event = pending.shift();
        if (event !== undefined) {
          yield event;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    } finally {
      this.#watchers.delete(listener);
    }
  }

  async exec(request: ExecRequest): Promise<ExecResult> {
    const seen: SeenRequest = { verb: 'EXEC', cluster: this.name, namespace: request.namespace, name: request.pod };
    return await this.#request(seen, () => {
      if (this.#options.exec === undefined) throw new Error('this memory cluster has no exec');
      return this.#options.exec(request);
    });
  }

  async log(request: LogRequest): Promise<string> {
    const seen: SeenRequest = { verb: 'LOG', cluster: this.name, namespace: request.namespace, name: request.pod };
    return await this.#request(seen, () => {
      if (this.#options.log === undefined) throw new Error('this memory cluster has no log');
      return this.#options.log(request);
    });
  }

  async peerCertificate(): Promise<undefined> {
    return undefined;
  }

  counts(): RequestCounts {
    const byVerb: Record<string, number> = {};
    for (const { verb } of this.audit) byVerb[verb] = (byVerb[verb] ?? 0) + 1;
    return { total: this.audit.length, byVerb };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watchers.clear();
  }

  #apply(resource: Resource, object: KubernetesObject, options: ServerSideApplyOptions): KubernetesObject {
    this.#mustServe(resource);
    this.#mustHaveNamespace(resource, object);
    const manager = options.fieldManager ?? FIELD_MANAGER;
    const { uid, resourceVersion, managedFields: forbidden } = object.metadata;
    if (forbidden !== undefined) throw this.#failure(400, 'invalid', 'BadRequest', 'metadata.managedFields must be nil');
    const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
    const before = this.#stored.get(key);
    if (before === undefined && uid !== undefined) {
      throw this.#failure(409, 'conflict', 'Conflict', 'uid mismatch: no existing object was found');
    }
    const wanted = leavesOf(object);
    const owners: Owners = structuredClone(before?.owners ?? new Map());
    const next: KubernetesObject = before === undefined ? fresh(object) : inVersion(before.object, resource);
    if (before !== undefined && resourceVersion === '0' && !isOfMainServer(resource.group))
      throw this.#failure(422, 'invalid', 'Invalid', 'metadata.resourceVersion: must be specified for an update');
    if (before !== undefined) this.#judgeApply(before, wanted, manager, options.force === true, uid, resourceVersion);
    const live = leavesOf(next);
    for (const path of owners.get(`Apply ${manager}`)?.paths ?? []) {
      const shared = [...owners].some(([name, owner]) => name !== `Apply ${manager}` && owner.paths.has(path));
      if (!wanted.has(path) && !shared) removeLeaf(next, path);
    }
    for (const [path, value] of wanted) {
      if (holds(live, path, value)) continue;
      for (const owner of owners.values()) owner.paths.delete(path);
      setLeaf(next, path, value);
    }
    const paths = new Set(wanted.keys());
    const kept = owners.get(`Apply ${manager}`);
    const sameOwnership =
      kept !== undefined && kept.paths.size === paths.size && [...paths].every((path) => kept.paths.has(path));
    owners.set(`Apply ${manager}`, { operation: 'Apply', paths, time: sameOwnership ? kept.time : this.#time() });
    const unchanged =
      before !== undefined && sameOwnership && canonicalJson([...leavesOf(before.object)]) === canonicalJson([...leavesOf(next)]);
    if (unchanged) return structuredClone(before.object);
    if (options.dryRun === true)
      return { ...next, metadata: { ...next.metadata, managedFields: managedFields(owners, next.apiVersion) } };
    return this.#store(key, resource, next, owners);
  }

  #judgeApply(
    before: Stored,
    wanted: ReturnType<typeof leavesOf>,
    manager: string,
    force: boolean,
    uid: string | undefined,
    resourceVersion: string | undefined,
  ): void {
    const live = leavesOf(before.object);
    const conflicts = [...wanted].flatMap(([path, value]) => {
      if (holds(live, path, value)) return [];
      return [...before.owners]
        .filter(([name, owner]) => name !== `Apply ${manager}` && owner.paths.has(path))
        .map(([name]) => ({ field: path.replaceAll('/', '.'), manager: name.slice(name.indexOf(' ') + 1) }));
    });
    if (conflicts.length > 0 && !force) {
      throw new ClusterError(`${this.name}: fields belong to other managers`, {
        cluster: this.name,
        status: 409,
        reason: 'Conflict',
        cause: 'conflict',
        fieldConflicts: conflicts,
      });
    }
    const stale =
      resourceVersion !== undefined && resourceVersion !== '0' && resourceVersion !== before.object.metadata.resourceVersion;
    if (stale) throw this.#moved();
    if (uid !== undefined && uid !== before.object.metadata.uid) {
      throw this.#failure(422, 'invalid', 'Invalid', 'metadata.uid: field is immutable');
    }
  }

  #store(key: string, resource: Resource, object: KubernetesObject, owners: Owners): KubernetesObject {
    const before = this.#stored.get(key);
    const stored: Stored = { object, owners, resource };
    object.metadata.uid = before?.object.metadata.uid ?? `${this.name}-uid-${++this.#uids}`;
    object.metadata.creationTimestamp ??= this.#time();
    if (canonicalJson(before?.object['spec']) !== canonicalJson(object['spec'])) {
      object.metadata.generation = (before?.object.metadata.generation ?? 0) + 1;
    }
    if (resource.kind === 'Namespace') object['status'] ??= { phase: 'Active' };
    this.#stored.set(key, stored);
    this.#touch(key, stored, before === undefined ? 'ADDED' : 'MODIFIED');
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp !== undefined && finalizers.length === 0) this.#drop(key, stored);
    return structuredClone(stored.object);
  }

  #touch(key: string, stored: Stored, type: WatchEvent['type']): void {
    stored.object.metadata.resourceVersion = `${++this.#version}`;
    stored.object.metadata.managedFields = managedFields(stored.owners, stored.object.apiVersion);
    if (type === 'DELETED') this.#stored.delete(key);
    const event: WatchEvent = { type, object: structuredClone(stored.object) };
    for (const watcher of this.#watchers) watcher(event, stored.resource);
    this.#options.controller?.(this, event);
  }

  #drop(key: string, stored: Stored): void {
    this.#touch(key, stored, 'DELETED');
  }

  #select(
    resource: Resource,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string },
  ): KubernetesObject[] {
    this.#mustServe(resource);
    return [...this.#stored.values()]
      .filter((stored) => stored.resource.group === resource.group && stored.resource.kind === resource.kind)
      .filter((stored) => matches(stored.object, options))
      .map((stored) => inVersion(stored.object, resource));
  }

  async #request<Answer>(request: SeenRequest, effect: () => Answer | Promise<Answer>): Promise<Answer> {
    await Promise.resolve();
    this.audit.push(request);
    await this.#options.before?.(request);
    const answer = await effect();
    await this.#options.after?.(request);
    return answer;
  }

  #about(verb: SeenRequest['verb'], resource: Resource, at: { namespace?: string; name: string }): SeenRequest {
    return {
      verb,
      cluster: this.name,
      kind: resource.kind,
      name: at.name,
      ...(at.namespace === undefined ? {} : { namespace: at.namespace }),
    };
  }

  #resourceOf(object: KubernetesObject): Resource {
    const group = groupOf(object.apiVersion);
    const found = this.#resources.find((resource) => resource.group === group && resource.kind === object.kind);
    if (found === undefined) throw new Error(`${this.name} does not serve ${object.apiVersion} ${object.kind}`);
    return found;
  }

  #mustServe(resource: Resource): void {
    const served = this.#resources.some((known) => keyOfResource(known) === keyOfResource(resource));
    if (this.#unavailable.includes(resource.group))
      throw this.#failure(503, 'unavailable', 'ServiceUnavailable', 'the API is unavailable');
    if (!served) throw this.#failure(404, 'not-found', undefined, `the cluster does not serve ${resource.kind}`);
  }

  #mustHaveNamespace(resource: Resource, object: KubernetesObject): void {
    if (!resource.namespaced) return;
    const namespace = this.peek('Namespace', undefined, object.metadata.namespace ?? '');
    if (namespace === undefined)
      throw this.#failure(404, 'not-found', 'NotFound', `namespace ${object.metadata.namespace} not found`);
  }

  #moved(): ClusterError {
    return this.#failure(409, 'conflict', 'Conflict', 'the object has been modified');
  }

  #failure(status: number, cause: ClusterError['cause'], reason: string | undefined, message: string): ClusterError {
    return new ClusterError(`${this.name}: ${message}`, {
      cluster: this.name,
      status,
      cause,
      fieldConflicts: [],
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #time(): string {
    return `${new Date(this.#options.now?.() ?? 0).toISOString().slice(0, 19)}Z`;
  }
}

/** Whether applying the value would change nothing: an empty map adds nothing to one that has members. */
function holds(live: Leaves, path: string, value: Json): boolean {
  if (canonicalJson(live.get(path)) === canonicalJson(value)) return true;
  return canonicalJson(value) === '{}' && [...live.keys()].some((other) => other.startsWith(`${path}/`));
}

/** As the API converts it where nothing but the version differs. */
function inVersion(object: KubernetesObject, { group, version }: Resource): KubernetesObject {
  return { ...structuredClone(object), apiVersion: apiVersionOf(group, version) };
}

function fresh(object: KubernetesObject): KubernetesObject {
  const { uid: _, resourceVersion: __, ...metadata } = object.metadata;
  return structuredClone({ ...object, metadata });
}

function keyOf(resource: Resource, namespace: string | undefined, name: string): string {
  return `${resource.group}/${resource.kind}/${namespace ?? ''}/${name}`;
}

function keyOfResource(resource: Resource): string {
  return `${resource.group}/${resource.version}/${resource.kind}`;
}

function matches(
  object: KubernetesObject,
  options: { namespace?: string; labelSelector?: string; fieldSelector?: string },
): boolean {
  if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) return false;
  const field = options.fieldSelector?.split('=');
  if (field?.[0] === 'metadata.name' && object.metadata.name !== field[1]) return false;
  for (const term of options.labelSelector?.split(',') ?? []) {
    const [key = '', value] = term.split('=');
    if (value === undefined ? object.metadata.labels?.[key] === undefined : object.metadata.labels?.[key] !== value) return false;
  }
  return true;
}
