import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import type { Kind } from '../../lab/cn2/control/kinds.ts';
import { kindOf } from '../../lab/cn2/control/objects.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import { isOwnKey } from '../../src/cn2/names.ts';
import { readDeclaration } from '../../src/declare/declaration.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { credentialOf, toDesired } from '../../src/render/desired.ts';
import { rewriteServer } from '../../src/render/kubeconfig.ts';
import { render } from '../../src/render/render.ts';
import { takeApiServer } from './api-servers.ts';
import { guideFolder } from './guide-folder.ts';

/** A person with kubectl. */
const HAND = 'kubectl-client-side-apply';
const PATIENCE_MS = 90_000;

/** A fleet on real API servers with CN2 emulated beside them, made by hand as a declaration says. */
export interface ImportServers extends AsyncDisposable {
  fleet: Fleet;
  servers: Map<string, ApiServer>;
  environment: Record<string, string>;
  /** A folder with the vendor's files alone. */
  folder: string;
}

/** What somebody has made otherwise, and beside it. */
export interface ByHand {
  edit?: (object: KubernetesObject) => KubernetesObject;
  /** By cluster. */
  more?: Readonly<Record<string, KubernetesObject[]>>;
}

/** Starts them; everything is there when it returns. `text`: addresses in it are replaced by those of the servers. */
export async function startImportServers(
  text: string,
  { edit = (object) => object, more = {} }: ByHand = {},
): Promise<ImportServers> {
  const { fleet } = readDeclaration(text, 'clusters.yaml');
  if (fleet === undefined) throw new Error('the declaration cannot be read');
  const servers = new Map<string, ApiServer>();
  let emulator: Emulator | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-import-'));
  const stop = async () => {
    await emulator?.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const { name, podSubnets, serviceSubnets } of [fleet.central, ...fleet.distributed])
      servers.set(
        name,
        await takeApiServer({ name, kubernetesClusterName: `${name}.juniper.local`, podSubnets, serviceSubnets }),
      );
    const [central, ...distributed] = [...servers.values()] as [ApiServer, ...ApiServer[]];
    const vendorFiles = Object.fromEntries(Object.entries(guideFolder()).filter(([path]) => path.startsWith('cn2/22.2/')));
    for (const [path, content] of Object.entries(vendorFiles)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    await prepare(servers);
    emulator = await startEmulator({
      central: { kubeconfig: central.kubeconfig },
      distributed: distributed.map(({ kubeconfig }) => ({ kubeconfig })),
      centralFile: vendorFiles['cn2/22.2/central_cluster_deployer_example.yaml']!,
    });
    const environment = environmentOf(servers);
    await applyByHand({ text, fleet, servers, environment, vendorFiles, edit, more });
    return { fleet, servers, environment, folder, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentOf(servers: ReadonlyMap<string, ApiServer>): Record<string, string> {
  const hosts = ['lab.local', 'hub.juniper.net', 'mirror.example.org', 'mirror3.example.org'];
  const auths = Object.fromEntries(
    hosts.map((host) => [host, { auth: Buffer.from('lab:canary-of-the-pull-secret').toString('base64') }]),
  );
  return {
    ...Object.fromEntries([...servers].map(([name, { kubeconfig }]) => [`KUBECONFIG_${name.toUpperCase()}`, kubeconfig])),
    CN2_PULL_SECRET: JSON.stringify({ auths }),
  };
}

/** Nodes, which nothing runs on. */
async function prepare(servers: ReadonlyMap<string, ApiServer>): Promise<void> {
  for (const server of servers.values()) {
    const labels = { 'node-role.kubernetes.io/master': '' };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: `${server.name}-cp0`, labels } };
    await using client = disposable(server);
    await client.apply(kindOf(node), node, 'test');
  }
}

function disposable(server: ApiServer): KubeClient & AsyncDisposable {
  const client = new KubeClient(connectionOf(server.kubeconfig));
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client[Symbol.dispose]() });
}

interface Work extends Required<ByHand> {
  text: string;
  fleet: Fleet;
  servers: ReadonlyMap<string, ApiServer>;
  environment: Record<string, string>;
  vendorFiles: Record<string, string>;
}

/** Applies everything in its order, again and again until CN2 has made what it needs. */
async function applyByHand({ text, fleet, servers, environment, vendorFiles, edit, more }: Work): Promise<void> {
  let addressed = text;
  for (const { name, server } of [fleet.central, ...fleet.distributed])
    addressed = addressed.replaceAll(server, servers.get(name)!.url);
  const { tree, findings } = render({ declaration: readDeclaration(addressed, 'clusters.yaml'), vendorFiles });
  if (tree === undefined) throw new Error(JSON.stringify(findings));
  const desired = toDesired(tree.manifests, (content) => {
    const found = credentialOf(tree.fleet, content);
    const value = environment[found !== undefined && 'env' in found.ref ? found.ref.env : ''] ?? '{}';
    return found?.server === undefined ? value : rewriteServer(value, undefined, found.server);
  });
  const added = Object.entries(more).flatMap(([cluster, objects]) => objects.map((object) => ({ cluster, object })));
  let left = [
    ...desired.map(({ manifest, object }) => ({ cluster: manifest.cluster, object: edit(unmarked(object)) })),
    ...added,
  ];
  const end = Date.now() + PATIENCE_MS;
  while (left.length > 0) {
    const waiting: typeof left = [];
    let reason: unknown;
    for (const each of left) {
      await using client = disposable(servers.get(each.cluster)!);
      try {
        await client.apply(kindFor(each.object), each.object, HAND);
      } catch (error) {
        reason = error;
        waiting.push(each);
      }
    }
    left = waiting;
    if (left.length > 0 && Date.now() > end)
      throw new Error(`${left[0]!.object.kind} ${left[0]!.object.metadata.name}: ${String(reason)}`);
    if (left.length > 0) await sleep(250);
  }
  const central = [...servers.values()][0]!;
  await settled(
    central,
    tree.manifests.map(({ object }) => object),
  );
}

/** Its plural has dashes. */
function kindFor(object: KubernetesObject): Kind {
  const kind = kindOf(object);
  return object.kind === 'NetworkAttachmentDefinition' ? { ...kind, plural: 'network-attachment-definitions' } : kind;
}

/** Waits until CN2 has filled in everything that it does. */
async function settled(server: ApiServer, objects: readonly KubernetesObject[]): Promise<void> {
  await using client = disposable(server);
  const networks = objects.filter(({ kind }) => ['VirtualNetwork', 'Subnet', 'VirtualNetworkRouter'].includes(kind));
  const end = Date.now() + PATIENCE_MS;
  for (const object of networks) {
    for (;;) {
      const live = await client.get(kindOf(object), object.metadata.namespace, object.metadata.name);
      if ((live?.['status'] as { state?: string } | undefined)?.state === 'Success') break;
      if (Date.now() > end) throw new Error(`${object.kind} ${object.metadata.name} does not succeed`);
      await sleep(100);
    }
  }
}

function unmarked(object: KubernetesObject): KubernetesObject {
  const { labels, annotations, ...metadata } = object.metadata;
  const maps = Object.entries({ labels, annotations }).flatMap(([key, map]) => {
    const kept = Object.entries(map ?? {}).filter(([name]) => !isOwnKey(name));
    return kept.length === 0 ? [] : [[key, Object.fromEntries(kept)]];
  });
  return { ...object, metadata: { ...metadata, ...Object.fromEntries(maps) } };
}

/** The files below a folder that tests read, by path. */
export function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), readFileSync(path, 'utf8')];
    }),
  );
}
