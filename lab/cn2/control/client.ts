import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { messageOf, textOf } from './answer.ts';
import type { Connection } from './connection.ts';
import { type Kind, pathOf } from './kinds.ts';

/** An answer other than success; status 0 means that no answer came. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubernetesObject;
}

type PatchType = 'application/apply-patch+yaml' | 'application/merge-patch+json' | 'application/json-patch+json';

const TIMEOUT_MS = 10_000;

/**
 * The API of one cluster, as small as the emulated controllers need it: node:https alone, because it is bundled into the image.
 * Every method throws ApiError.
 */
export class KubeClient implements Disposable {
  readonly connection: Connection;
  readonly #agent: Agent;

  constructor(connection: Connection) {
    this.connection = connection;
    this.#agent = new Agent({
      keepAlive: true,
      ...(connection.authority === undefined ? {} : { ca: connection.authority }),
      ...(connection.certificate === undefined ? {} : { cert: connection.certificate }),
      ...(connection.key === undefined ? {} : { key: connection.key }),
      ...(connection.insecure ? { rejectUnauthorized: false } : {}),
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async get(kind: Kind, namespace: string | undefined, name: string): Promise<KubernetesObject | undefined> {
    try {
      return (await this.json('GET', pathOf(kind, namespace, name))) as KubernetesObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async list(kind: Kind, namespace?: string): Promise<{ items: KubernetesObject[]; resourceVersion: string }> {
    const list = (await this.json('GET', pathOf(kind, namespace))) as {
      items: KubernetesObject[];
      metadata: { resourceVersion: string };
    };
    return { items: list.items, resourceVersion: list.metadata.resourceVersion };
  }

  /** POST; answers undefined where the object exists already. */
  async create(kind: Kind, object: KubernetesObject, manager?: string): Promise<KubernetesObject | undefined> {
    try {
      const path = `${pathOf(kind, object.metadata.namespace)}${managedBy(manager)}`;
      return (await this.json('POST', path, object)) as KubernetesObject;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) return undefined;
      throw error;
    }
  }

  /** Server-side apply with force: what a controller writes is its own. */
  async apply(kind: Kind, object: KubernetesObject, manager: string): Promise<KubernetesObject> {
    const path = `${pathOf(kind, object.metadata.namespace, object.metadata.name)}?fieldManager=${manager}&force=true`;
    return (await this.json('PATCH', path, object, 'application/apply-patch+yaml')) as KubernetesObject;
  }

  /**
   * Makes an object or sets its labels, annotations and spec, as clients do whose API knows no server-side apply; fields that are not
   * named stay. `object` is what the caller would create.
   */
  async write(kind: Kind, object: KubernetesObject, manager: string): Promise<KubernetesObject> {
    const { namespace, name, labels, annotations } = object.metadata;
    const { apiVersion: _, kind: __, metadata: ___, status: ____, ...content } = object;
    const patch = { metadata: { labels, annotations }, ...content };
    return (await this.create(kind, object, manager)) ?? (await this.merge(kind, namespace, name, patch, manager));
  }

  /** JSON merge patch; the object as it is now. */
  async merge(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    patch: object,
    manager?: string,
  ): Promise<KubernetesObject> {
    const path = `${pathOf(kind, namespace, name)}${managedBy(manager)}`;
    return (await this.json('PATCH', path, patch, 'application/merge-patch+json')) as KubernetesObject;
  }

  /** JSON merge patch of status alone. */
  async mergeStatus(kind: Kind, namespace: string | undefined, name: string, status: object, manager?: string): Promise<void> {
    const path = `${pathOf(kind, namespace, name)}/status${managedBy(manager)}`;
    await this.json('PATCH', path, { status }, 'application/merge-patch+json');
  }

  /** DELETE; gone already is not an error. */
  async delete(kind: Kind, namespace: string | undefined, name: string, gracePeriodSeconds?: number): Promise<void> {
    const options = { propagationPolicy: 'Background', ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) };
    try {
      await this.json('DELETE', pathOf(kind, namespace, name), options);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Any request with a JSON answer. */
  async json(
    method: string,
    path: string,
    body?: object,
    type: PatchType | 'application/json' = 'application/json',
  ): Promise<unknown> {
    const text = await this.text(method, path, body, type);
    return text === '' ? {} : JSON.parse(text);
  }

  /** Any request; the body of its answer as it is, for logs. */
  async text(
    method: string,
    path: string,
    body?: object,
    type: PatchType | 'application/json' = 'application/json',
  ): Promise<string> {
    const answer = await this.#send(method, path, body, type, TIMEOUT_MS);
    const text = await textOf(answer).catch((error: Error) => {
      throw new ApiError(0, `${method} ${path}: ${error.message}`);
    });
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw new ApiError(status, `${method} ${path}: ${status} ${messageOf(text)}`);
    return text;
  }

  /** One watch connection; ends when the server closes it, the signal aborts or nothing can be read any more. */
  async *watch(
    kind: Kind,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=290&resourceVersion=${resourceVersion}`;
    const answer = await this.#send('GET', `${pathOf(kind, namespace)}?${query}`, undefined, 'application/json', 0, signal);
    const status = answer.statusCode ?? 0;
    if (status >= 400) {
      answer.resume();
      throw new ApiError(status, `WATCH ${pathOf(kind, namespace)}: ${status}`);
    }
    answer.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of answer) {
        const lines = (rest + (chunk as string)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent;
      }
    } catch (error) {
      throw new ApiError(0, `WATCH ${pathOf(kind, namespace)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #send(
    method: string,
    path: string,
    body: object | undefined,
    type: string,
    timeout: number,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const token = this.connection.token?.();
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: {
        accept: 'application/json',
        'user-agent': 'cn2-emulator',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      },
      ...(signal ? { signal } : {}),
    };
    return new Promise((resolve, reject) => {
      const sent = request(`${this.connection.server}${path}`, options, resolve);
      if (timeout > 0) sent.setTimeout(timeout, () => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)));
      sent.on('error', (error) => reject(new ApiError(0, `${method} ${this.connection.server}${path}: ${error.message}`)));
      sent.end(text);
    });
  }
}

/** Query that names who writes; without it the server takes the first word of the user agent. */
function managedBy(manager: string | undefined): string {
  return manager === undefined ? '' : `?fieldManager=${manager}`;
}
