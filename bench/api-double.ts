import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersionOf, type KubernetesObject, type Resource } from '../src/model/kubernetes.ts';
import { ClusterError } from '../src/ports/cluster.ts';
import type { Identity } from '../test/support/certificate.ts';
import type { MemoryCluster } from '../test/support/memory-cluster.ts';

/** A cluster in memory behind the HTTP interface of an API server, as far as a look needs it: nothing is ever stored. */
export interface ApiDouble extends AsyncDisposable {
  url: string;
  /** What was asked, by verb. */
  requests: Record<string, number>;
  /** Milliseconds before each answer. */
  delay: number;
}

/** What a double serves: a cluster in memory, and objects beside it, of which there may be many. */
export interface DoubleContent {
  cluster: MemoryCluster;
  further: KubernetesObject[];
}

export async function startDouble(content: DoubleContent, address: string, identity: Identity): Promise<ApiDouble> {
  const kept = new Map<string, string>();
  const server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    void respond(request, response).catch((error: unknown) => {
      const status = error instanceof ClusterError ? (error.status ?? 500) : 500;
      send(response, status, JSON.stringify({ kind: 'Status', status: 'Failure', code: status, message: String(error) }));
    });
  });
  const double: ApiDouble = {
    url: await listening(server, address),
    requests: {},
    delay: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return double;

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    const body = method === 'GET' ? '' : await bodyOf(request);
    if (double.delay > 0) await sleep(double.delay);
    const key = `${method} ${url}`;
    const known = kept.get(key);
    const { verb, text } = known === undefined ? await answer(content, method, new URL(url, double.url), body) : unpacked(known);
    double.requests[verb] = (double.requests[verb] ?? 0) + 1;
    // What is read does not change while it is measured.
    if (method === 'GET') kept.set(key, `${verb} ${text}`);
    send(response, text === '' ? 404 : 200, text === '' ? NOT_FOUND : text);
  }
}

const NOT_FOUND = JSON.stringify({ kind: 'Status', status: 'Failure', code: 404, reason: 'NotFound', message: 'not found' });

function unpacked(known: string): { verb: string; text: string } {
  const blank = known.indexOf(' ');
  return { verb: known.slice(0, blank), text: known.slice(blank + 1) };
}

async function listening(server: Server, address: string): Promise<string> {
  server.listen(0, address);
  await once(server, 'listening');
  return `https://${address}:${(server.address() as AddressInfo).port}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
}

/** An empty text: there is no such thing. */
async function answer(
  { cluster, further }: DoubleContent,
  method: string,
  url: URL,
  body: string,
): Promise<{ verb: string; text: string }> {
  const found = await cluster.discover();
  if (url.pathname === '/version') return { verb: 'get', text: JSON.stringify({ gitVersion: found.serverVersion }) };
  if (url.pathname === '/api') return { verb: 'get', text: discoveryText(found.resources.filter(({ group }) => group === '')) };
  if (url.pathname === '/apis') return { verb: 'get', text: discoveryText(found.resources.filter(({ group }) => group !== '')) };
  const asked = askedFor(url.pathname, found.resources);
  if (asked === undefined) return { verb: 'get', text: '' };
  const { resource, namespace, name } = asked;
  if (method === 'PATCH' && url.searchParams.get('dryRun') === 'All') {
    const object = JSON.parse(body) as KubernetesObject;
    const options = { dryRun: true, force: url.searchParams.get('force') === 'true' };
    return { verb: 'dry-run', text: JSON.stringify(await cluster.apply(resource, object, options)) };
  }
  if (method !== 'GET') throw new Error(`${method} ${url.pathname}: the double stores nothing`);
  if (name !== undefined) {
    const object = await cluster.get({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
    return { verb: 'get', text: object === undefined ? '' : JSON.stringify(object) };
  }
  const apiVersion = apiVersionOf(resource.group, resource.version);
  const items = [
    ...(await cluster.list(resource)),
    ...further.filter((object) => object.kind === resource.kind && object.apiVersion === apiVersion),
  ];
  return {
    verb: 'list',
    text: JSON.stringify({ kind: `${resource.kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items }),
  };
}

interface Asked {
  resource: Resource;
  namespace?: string;
  name?: string;
}

/** /api/v1/pods, /apis/apps/v1/namespaces/x/deployments/y */
function askedFor(path: string, resources: readonly Resource[]): Asked | undefined {
  const [root, ...parts] = path.slice(1).split('/');
  const group = root === 'api' ? '' : parts.shift();
  const version = parts.shift();
  const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
  const [plural, name] = parts;
  const resource = resources.find((each) => each.group === group && each.version === version && each.plural === plural);
  if (resource === undefined) return undefined;
  return { resource, ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
}

function discoveryText(resources: readonly Resource[]): string {
  const groups = Map.groupBy(resources, ({ group }) => group);
  const items = [...groups].map(([name, kinds]) => ({
    metadata: { name },
    versions: [...Map.groupBy(kinds, ({ version }) => version)].map(([version, served]) => ({
      version,
      freshness: 'Current',
      resources: served.map(({ plural, kind, namespaced }) => ({
        resource: plural,
        scope: namespaced ? 'Namespaced' : 'Cluster',
        verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
        responseKind: { kind },
      })),
    })),
  }));
  return JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items });
}
