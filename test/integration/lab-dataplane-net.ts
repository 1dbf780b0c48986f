import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ClusterView } from '../../lab/cn2/dataplane/cluster-view.ts';
import { type Kernel, linuxKernel } from '../../lab/cn2/dataplane/kernel.ts';
import { NodeDataplane, type NodeIdentity } from '../../lab/cn2/dataplane/node-dataplane.ts';
import { PodRecords } from '../../lab/cn2/dataplane/records.ts';
import { decided } from '../../lab/cn2/dataplane/sandbox.ts';
import { type DataplaneState, EMPTY_STATE } from '../../lab/cn2/dataplane/state.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const run = promisify(execFile);

/** Why this host cannot make network namespaces with rules and pings, or undefined when it can. */
export function whyNoNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root to make network namespaces';
  try {
    execFileSync('/usr/bin/unshare', ['-n', '/usr/sbin/nft', 'list', 'tables'], { stdio: 'ignore' });
    execFileSync('/usr/sbin/ip', ['-V'], { stdio: 'ignore' });
    execFileSync('/usr/bin/ping', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return `needs unshare, nft, ip and ping with the right to use them: ${(error as Error).message.split('\n')[0]}`;
  }
}

export interface TestNode {
  cluster: string;
  identity: NodeIdentity;
  kernel: Kernel;
  netns: string;
  dataplane: NodeDataplane;
  records: PodRecords;
  folder: string;
  view: ClusterView;
  log: string[];
  /** A second agent on the same node, as after a restart: nothing is kept but files and kernel. */
  restart(): Promise<void>;
  /** The rules as nftables lists them. */
  rules(): Promise<string>;
}

export interface TestPod {
  netns: string;
  containerId: string;
  node: TestNode;
}

/** Nodes as network namespaces on one bridge, each with its part of the data plane. */
export class TestFabric implements AsyncDisposable {
  readonly nodes: TestNode[] = [];
  readonly #prefix = `cnt${process.pid}`;
  readonly #namespaces: string[] = [];
  readonly #folders: string[] = [];
  state: DataplaneState = EMPTY_STATE;
  readonly #namespaceObjects = new Map<string, KubernetesObject[]>();

  async start(): Promise<void> {
    const netns = await this.#namespace('fabric');
    await linuxKernel(netns).ip(['link add br0 type bridge', 'link set br0 up', 'link set lo up']);
  }

  async addNode(cluster: string, name: string, number: number): Promise<TestNode> {
    const netns = await this.#namespace(name);
    const kernel = linuxKernel(netns);
    await linuxKernel(this.#path('fabric')).ip([
      `link add p${number} type veth peer name eth0 netns ${netns}`,
      `link set p${number} master br0 up`,
    ]);
    const identity: NodeIdentity = {
      name,
      addresses: [`10.89.0.${number}`, `fd89::${number}`],
      podCidrs: [`10.233.${number}.0/24`, `fd85:${number}::/120`],
    };
    await kernel.settings({ 'ipv6/conf/eth0/accept_dad': 0 }); // a node that has just been made is usable at once
    await kernel.ip([
      'link set lo up',
      'link set eth0 up',
      `addr add 10.89.0.${number}/24 dev eth0`,
      `addr add fd89::${number}/64 dev eth0 nodad`,
      'route add default via 10.89.0.254 dev eth0',
    ]);
    const folder = await mkdtemp(join(tmpdir(), 'cn2-dataplane-'));
    this.#folders.push(folder);
    const view: ClusterView = { nodes: [], namespaces: [], pods: [], state: EMPTY_STATE };
    const log: string[] = [];
    const { records } = await PodRecords.open(folder);
    const make = (from: PodRecords) =>
      new NodeDataplane(
        kernel,
        identity,
        from,
        () => view,
        (line) => log.push(line),
      );
    const node: TestNode = {
      cluster,
      identity,
      kernel,
      netns,
      records,
      folder,
      view,
      log,
      dataplane: make(records),
      async rules() {
        const list = [`--net=${netns}`, '/usr/sbin/nft', 'list', 'table', 'inet', 'cn2_emulator'];
        return (await run('/usr/bin/nsenter', list)).stdout;
      },
      async restart() {
        const opened = await PodRecords.open(folder);
        node.records = opened.records;
        node.dataplane = make(opened.records);
        await node.dataplane.prepare();
        for (const record of opened.gone) await node.dataplane.detach(record);
        await node.dataplane.sync();
      },
    };
    this.nodes.push(node);
    await node.dataplane.prepare();
    return node;
  }

  /** Declares a namespace on a cluster. */
  namespace(cluster: string, name: string, labels: Record<string, string> = {}, annotations: Record<string, string> = {}): void {
    const known = this.#namespaceObjects.get(cluster) ?? [];
    this.#namespaceObjects.set(cluster, [
      ...known.filter(({ metadata }) => metadata.name !== name),
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } },
    ]);
  }

  /** Tells every node what the fleet looks like now, and waits until it is in its kernel. */
  async tell(change: Partial<DataplaneState>): Promise<void> {
    this.state = { ...this.state, ...change };
    const peers = this.nodes.map(({ cluster, identity }) => ({
      cluster,
      node: identity.name,
      addresses: identity.addresses,
      podCIDRs: identity.podCidrs,
    }));
    for (const node of this.nodes) {
      node.view.nodes = this.nodes
        .filter(({ cluster }) => cluster === node.cluster)
        .map(({ identity }) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: identity.name } }));
      node.view.namespaces = this.#namespaceObjects.get(node.cluster) ?? [];
      node.view.pods = this.nodes
        .filter(({ cluster }) => cluster === node.cluster)
        .flatMap((other) =>
          other.records.all().map(({ namespace, name, interfaces }) => ({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { namespace, name },
            status: { podIPs: interfaces[0]!.addresses.map((address) => ({ ip: address.split('/')[0]! })) },
          })),
        );
      node.view.state = { ...this.state, peers };
    }
    await Promise.all(this.nodes.map((node) => node.dataplane.sync()));
  }

  /** A pod with its default interface, and one in a virtual network where given. */
  async addPod(
    node: TestNode,
    namespace: string,
    name: string,
    host: number,
    network?: { name: string; host: number; number: number },
  ): Promise<TestPod> {
    const netns = await this.#namespace(`${node.identity.name}-${name}`);
    await linuxKernel(netns).ip(['link set lo up']);
    const containerId = `${node.identity.name}-${name}`;
    const sandbox = { containerId, netns };
    const [v4, v6] = node.identity.podCidrs as [string, string];
    const first = {
      network: 'default-podnetwork',
      name: 'eth0',
      addresses: [v4.replace('.0/24', `.${host}/24`), v6.replace('::/120', `::${host}/120`)],
      gateways: [v4.replace('.0/24', '.1'), v6.replace('::/120', '::1')],
    };
    const second = network && {
      network: network.name,
      name: 'eth1',
      addresses: [`${network.number}.0.0.${network.host}/24`, `fd${network.number}::${network.host}/64`],
      gateways: [`${network.number}.0.0.1`, `fd${network.number}::1`],
    };
    await node.dataplane.attach({
      ...sandbox,
      namespace,
      name,
      uid: containerId,
      interfaces: [decided(sandbox, first, false), ...(second ? [decided(sandbox, second, true)] : [])],
    });
    return { netns, containerId, node };
  }

  /** An empty network namespace, as the container runtime makes it for a pod; its path. */
  async sandbox(name: string): Promise<string> {
    const netns = await this.#namespace(name);
    await linuxKernel(netns).ip(['link set lo up']);
    return netns;
  }

  /** What a probe's init container does. */
  async addRoute(netns: string, destination: string, gateway: string): Promise<void> {
    await linuxKernel(netns).ip([`route add ${destination} via ${gateway}`]);
  }

  async #namespace(name: string): Promise<string> {
    const full = `${this.#prefix}-${name}`;
    await run('/usr/sbin/ip', ['netns', 'add', full]);
    this.#namespaces.push(full);
    return this.#path(name);
  }

  #path(name: string): string {
    return `/run/netns/${this.#prefix}-${name}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#namespaces) await run('/usr/sbin/ip', ['netns', 'del', name]);
    await Promise.all(this.#folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** How many of `count` pings from a pod came back. */
export async function pings(
  netns: string,
  target: string,
  options: { count?: number; device?: string; size?: number | undefined } = {},
): Promise<number> {
  const count = options.count ?? 2;
  const device = options.device === undefined ? [] : ['-I', options.device];
  const size = options.size === undefined ? [] : ['-s', String(options.size)];
  const args = [
    `--net=${netns}`,
    '/usr/bin/ping',
    ...size,
    '-n',
    '-q',
    '-c',
    String(count),
    '-i',
    '0.05',
    '-W',
    '0.5',
    ...device,
    target,
  ];
  const { stdout } = await run('/usr/bin/nsenter', args).catch((error: { stdout?: string; stderr?: string }) => {
    if (!/packets transmitted/.test(error.stdout ?? '')) throw error;
    return { stdout: error.stdout! };
  });
  return Number(/(\d+) received/.exec(stdout)![1]);
}

/** A ping that goes on until it is stopped; says how many were sent and came back. */
export function pinging(netns: string, target: string): { stop(): Promise<{ sent: number; received: number }> } {
  const child = spawn('/usr/bin/nsenter', [`--net=${netns}`, '/usr/bin/ping', '-n', '-q', '-i', '0.02', target]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    async stop() {
      child.kill('SIGINT');
      await ended;
      const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(output)!;
      return { sent: Number(sent), received: Number(received) };
    },
  };
}

/** Packets that a named counter of the emulated vRouter has seen. */
export async function counted(node: TestNode, counter: string): Promise<number> {
  const { stdout } = await run('/usr/bin/nsenter', [
    `--net=${node.netns}`,
    '/usr/sbin/nft',
    '-j',
    'list',
    'counter',
    'inet',
    'cn2_emulator',
    counter,
  ]);
  const listed = JSON.parse(stdout) as { nftables: { counter?: { packets: number } }[] };
  return listed.nftables.find((entry) => entry.counter)!.counter!.packets;
}
