import { isOfMainServer } from '../../cn2/main-server.ts';
import { FIELD_MANAGER } from '../../cn2/names.ts';
import { ALL_ABILITIES, type DescribedAbilities } from '../../model/abilities.ts';
import type { KubernetesObject, Resource } from '../../model/kubernetes.ts';
import { apiVersionOf } from '../../model/kubernetes.ts';
import type {
  Cluster,
  Discovery,
  ExecRequest,
  ExecResult,
  LogRequest,
  RequestCounts,
  ServerSideApplyOptions,
  Target,
  WatchEvent,
} from '../../ports/cluster.ts';
import { deletion, deletionByLabel } from './deletion.ts';
import { discover } from './discovery.ts';
import { isObjectMissing } from './failure.ts';
import { listAll } from './listing.ts';
import { readLog } from './logs.ts';
import { type Description, readDescription } from './openapi.ts';
import { type ApiRequest, resourcePath, subjectOf } from './request.ts';
import type { Transport } from './transport.ts';
import { watchAll } from './watching.ts';

/** The port over raw JSON: unknown fields survive, which the typed client drops. */
export class RestCluster implements Cluster {
  readonly name: string;
  readonly server: string;
  readonly #transport: Transport;
  /** By group and version; one that could not be read is read again. */
  readonly #descriptions = new Map<string, Promise<Description>>();

  constructor(transport: Transport) {
    this.name = transport.cluster;
    this.server = transport.server;
    this.#transport = transport;
  }

  discover(): Promise<Discovery> {
    return discover(this.#transport);
  }

  async abilities(resource: Resource): Promise<DescribedAbilities> {
    if (isOfMainServer(resource.group)) return ALL_ABILITIES;
    const key = apiVersionOf(resource.group, resource.version);
    let description = this.#descriptions.get(key);
    if (description === undefined) {
      description = readDescription(this.#transport, resource);
      this.#descriptions.set(key, description);
      description.catch(() => this.#descriptions.delete(key));
    }
    return (await description).of(resource);
  }

  async list(
    resource: Resource,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<KubernetesObject[]> {
    return (await listAll(this.#transport, resource, options)).items;
  }

  async get({ resource, namespace, name }: Target): Promise<KubernetesObject | undefined> {
    const request: ApiRequest = {
      counted: 'GET',
      method: 'GET',
      path: resourcePath(resource, namespace, name),
      subject: subjectOf('get', resource, namespace, name),
      repeatable: true,
    };
    const answer = await this.#transport.answer(request);
    if (isObjectMissing(answer)) return undefined;
    if (answer.status !== 200) throw this.#transport.failure(request, answer);
    return this.#transport.parse(answer);
  }

  apply(resource: Resource, object: KubernetesObject, options: ServerSideApplyOptions = {}): Promise<KubernetesObject> {
    const { name, namespace } = object.metadata;
    return this.#transport.json({
      counted: options.dryRun === true ? 'APPLY-DRYRUN' : 'APPLY',
      method: 'PATCH',
      path: resourcePath(resource, namespace, name, {
        fieldManager: options.fieldManager ?? FIELD_MANAGER,
        fieldValidation: 'Strict',
        force: options.force === true ? 'true' : undefined,
        dryRun: options.dryRun === true ? 'All' : undefined,
      }),
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(object),
      subject: subjectOf('patch', resource, namespace, name),
      repeatable: options.dryRun === true,
    });
  }

  async replaceManagedFields(
    { resource, namespace, name }: Target,
    { uid, resourceVersion, managedFields }: Parameters<Cluster['replaceManagedFields']>[1],
  ): Promise<KubernetesObject> {
    const request: ApiRequest = {
      counted: 'PATCH',
      method: 'PATCH',
      path: resourcePath(resource, namespace, name, { fieldManager: FIELD_MANAGER }),
      contentType: 'application/json-patch+json',
      body: JSON.stringify([
        { op: 'test', path: '/metadata/uid', value: uid },
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      ]),
      subject: subjectOf('patch', resource, namespace, name),
      repeatable: false,
    };
    const answer = await this.#transport.answer(request);
    if (answer.status === 200) return this.#transport.parse(answer);
    // A test of a JSON patch that fails is answered as content that cannot be processed.
    throw this.#transport.failure(request, answer.status === 422 ? { ...answer, status: 409 } : answer);
  }

  create(
    resource: Resource,
    object: KubernetesObject,
    options: { dryRun?: boolean; fieldManager?: string } = {},
  ): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    return this.#transport.json({
      counted: 'CREATE',
      method: 'POST',
      path: resourcePath(resource, namespace, undefined, {
        fieldManager: options.fieldManager ?? FIELD_MANAGER,
        fieldValidation: 'Strict',
        dryRun: options.dryRun === true ? 'All' : undefined,
      }),
      body: JSON.stringify(object),
      subject: subjectOf('create', resource, namespace, name),
      repeatable: options.dryRun === true,
    });
  }

  update(
    resource: Resource,
    object: KubernetesObject,
    options: { dryRun?: boolean; fieldManager?: string } = {},
  ): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    return this.#transport.json({
      counted: 'UPDATE',
      method: 'PUT',
      path: resourcePath(resource, namespace, name, {
        fieldManager: options.fieldManager ?? FIELD_MANAGER,
        fieldValidation: 'Strict',
        dryRun: options.dryRun === true ? 'All' : undefined,
      }),
      body: JSON.stringify(object),
      subject: subjectOf('update', resource, namespace, name),
      repeatable: options.dryRun === true,
    });
  }

  async delete(target: Target, options: Parameters<Cluster['delete']>[1] = {}): Promise<void> {
    const request = deletion(target, options);
    const answer = await this.#transport.answer(request);
    if (!isObjectMissing(answer) && (answer.status < 200 || answer.status > 299)) throw this.#transport.failure(request, answer);
  }

  async deleteLabelled(resource: Resource, options: Parameters<Cluster['deleteLabelled']>[1]): Promise<void> {
    const request = deletionByLabel(resource, options);
    const answer = await this.#transport.answer(request);
    if (answer.status < 200 || answer.status > 299) throw this.#transport.failure(request, answer);
  }

  watch(
    resource: Resource,
    options: { namespace?: string; name?: string; labelSelector?: string; signal: AbortSignal },
  ): AsyncIterable<WatchEvent> {
    return watchAll(this.#transport, resource, options);
  }

  async exec(request: ExecRequest, signal?: AbortSignal): Promise<ExecResult> {
    // Loaded where it is needed: most commands never open a WebSocket.
    const { execInPod } = await import('./exec.ts');
    const authentication = await this.#transport.authenticate();
    this.#transport.count('EXEC');
    return await execInPod({ cluster: this.name, url: this.server, ...authentication }, request, signal);
  }

  log(request: LogRequest): Promise<string> {
    return readLog(this.#transport, request);
  }

  async peerCertificate(server: string): Promise<{ names: string[]; notAfter: string } | undefined> {
    const seen = await this.#transport.see(server);
    return seen === undefined ? undefined : { names: seen.names, notAfter: seen.notAfter };
  }

  counts(): RequestCounts {
    return this.#transport.counts();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#transport[Symbol.asyncDispose]();
  }
}
