import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { FIELD_MANAGER } from '../src/cn2/names.ts';
import { readDeclaration } from '../src/declare/declaration.ts';
import { apiVersionOf, type KubernetesObject } from '../src/model/kubernetes.ts';
import type { SecretContent } from '../src/model/manifest.ts';
import { toDesired } from '../src/render/desired.ts';
import { rewriteServer } from '../src/render/kubeconfig.ts';
import { render } from '../src/render/render.ts';
import { selfSigned } from '../test/support/certificate.ts';
import type { MemoryCluster } from '../test/support/memory-cluster.ts';
import { memoryCn2 } from '../test/support/memory-cn2.ts';
import { leavesOf, managedFields } from '../test/support/memory-objects.ts';
import { ownAddress } from '../test/support/own-address.ts';
import { kubeconfigFor } from '../test/support/scripted-api.ts';
import { type DoubleContent, startDouble } from './api-double.ts';
import { guideFiles } from './user-folder.ts';

/** A fleet whose clusters are API doubles, each holding exactly what is declared for it. */
export interface DoubleFleet extends AsyncDisposable {
  declaration: string;
  environment: Record<string, string>;
  /** Rendered objects, all clusters together. */
  objects: number;
  /** Requests to all clusters since the last call, by verb. */
  requests(): Record<string, number>;
}

export interface DoubleOptions {
  /** Milliseconds before each answer. */
  roundTrip: number;
  /** Its address takes connections and never says a word. */
  dead?: string;
  /** Every answer of it takes so many milliseconds. */
  slow?: { cluster: string; milliseconds: number };
}

/** Milliseconds: long enough that nothing warns of its end. */
const LIFETIME = 3650 * 86_400_000;
const PULL_SECRET = JSON.stringify({ auths: { 'lab.local': { auth: Buffer.from('lab:bench').toString('base64') } } });

/** Starts them. `generated`: the text of a declaration whose clusters are called cluster1, cluster2 …, their servers 192.0.2.1 …. */
export async function startDoubleFleet(
  generated: string,
  names: readonly string[],
  options: DoubleOptions,
): Promise<DoubleFleet> {
  await using stack = new AsyncDisposableStack();
  const { address } = stack.use(await ownAddress());
  const identity = selfSigned({ names: [address], notAfter: new Date(Date.now() + LIFETIME) });
  const [, , ...more] = names;
  const { clusters } = memoryCn2({ more });
  for (const cluster of clusters.values()) labelNodes(cluster);
  const contents = new Map([...clusters].map(([name, cluster]) => [name, { cluster, further: [] as KubernetesObject[] }]));
  const doubles = await Promise.all([...contents.values()].map((content) => startDouble(content, address, identity)));
  for (const double of doubles) stack.use(double);
  const dead = stack.use(await silence(address));
  const urls = names.map((name, index) => (name === options.dead ? dead.url : doubles[index]!.url));
  // The longest addresses first: 192.0.2.1 begins others.
  const declaration = [...names.keys()]
    .reverse()
    .reduce((text, index) => text.replace(`https://192.0.2.${index + 1}:6443`, urls[index]!), generated);
  const kubeconfigs = urls.map((url) => kubeconfigFor(url, { authority: identity.certificate }));
  const kubeconfigOf = (cluster: string) => kubeconfigs[names.indexOf(cluster)] ?? '';
  const objects = await fill(declaration, contents, kubeconfigOf);
  const { slow, roundTrip } = options;
  for (const [index, double] of doubles.entries())
    double.delay = slow !== undefined && slow.cluster === names[index] ? slow.milliseconds : roundTrip;
  const owned = stack.move();
  return {
    declaration,
    environment: {
      CN2_PULL_SECRET: PULL_SECRET,
      ...Object.fromEntries(names.map((name, index) => [`KUBECONFIG_${name.toUpperCase()}`, kubeconfigs[index]!])),
    },
    objects,
    requests() {
      const total: Record<string, number> = {};
      for (const double of doubles) {
        for (const [verb, count] of Object.entries(double.requests)) total[verb] = (total[verb] ?? 0) + count;
        double.requests = {};
      }
      return total;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The release runs on nodes with this label only. */
function labelNodes(cluster: MemoryCluster): void {
  for (const node of cluster.all().filter(({ kind }) => kind === 'Node'))
    cluster.put({ ...node, metadata: { ...node.metadata, labels: { 'node-role.kubernetes.io/master': '' } } });
}

/** Puts everything that is declared where it belongs, as an apply of the tool leaves it. */
async function fill(
  text: string,
  contents: ReadonlyMap<string, DoubleContent>,
  kubeconfigOf: (cluster: string) => string,
): Promise<number> {
  const { tree, findings } = render({ declaration: readDeclaration(text, 'clusters.yaml'), vendorFiles: guideFiles() });
  if (tree === undefined) throw new Error(`the fleet does not render: ${JSON.stringify(findings)}`);
  const value = (content: SecretContent) => {
    if (content.type !== 'handover') return PULL_SECRET;
    const { server } = [tree.fleet.central, ...tree.fleet.distributed].find(({ name }) => name === content.cluster)!;
    return rewriteServer(kubeconfigOf(content.cluster), undefined, server);
  };
  for (const [index, { manifest, object }] of toDesired(tree.manifests, value).entries()) {
    const { cluster, further } = contents.get(manifest.cluster)!;
    // What CN2 answers with objects of its own goes through the cluster in memory; the many others need no controller.
    if (manifest.stage < '70') await attach(cluster, object);
    else further.push(applied(object, index));
  }
  return tree.manifests.length;
}

async function attach(cluster: MemoryCluster, object: KubernetesObject): Promise<void> {
  const { resources } = await cluster.discover();
  const resource = resources.find(
    ({ group, version, kind }) => apiVersionOf(group, version) === object.apiVersion && kind === object.kind,
  );
  if (resource === undefined) throw new Error(`${cluster.name} serves no ${object.kind} in ${object.apiVersion}`);
  await cluster.apply(resource, object);
  // The controllers have a turn.
  await new Promise((resolve) => setImmediate(resolve));
}

/** An object as a server has it after an apply, its controller done. */
function applied(object: KubernetesObject, number: number): KubernetesObject {
  const time = '2026-01-01T00:00:00Z';
  const owners = new Map([
    [`Apply ${FIELD_MANAGER}`, { operation: 'Apply' as const, paths: new Set(leavesOf(object).keys()), time }],
  ]);
  return {
    ...object,
    metadata: {
      ...object.metadata,
      uid: `bench-${number}`,
      resourceVersion: `${number + 1}`,
      creationTimestamp: time,
      managedFields: managedFields(owners, object.apiVersion),
    },
    status: object.kind === 'Namespace' ? { phase: 'Active' } : { state: 'Success', observation: '' },
  };
}

async function silence(address: string): Promise<{ url: string } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    url: `https://${address}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
