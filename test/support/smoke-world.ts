import { CORE, NETWORK_STATUS_ANNOTATION, NETWORKS_ANNOTATION } from '../../src/cn2/names.ts';
import { probeNamespaces } from '../../src/cn2/probe-namespaces.ts';
import { expect as expectedOf } from '../../src/expectation/expect.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';
import type { ExecRequest, ExecResult } from '../../src/ports/cluster.ts';
import type { Progress } from '../../src/ports/reporter.ts';
import { runSmoke, type SmokeInput } from '../../src/probe/run-smoke.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryCluster, type SeenRequest } from './memory-cluster.ts';

const kind = (group: string, name: string, plural: string, namespaced = true): Resource => ({
  group,
  version: group === '' ? 'v1' : 'v1alpha1',
  kind: name,
  plural,
  namespaced,
});
const NETWORK = kind(CORE, 'VirtualNetwork', 'virtualnetworks');
const SUBNET = kind(CORE, 'Subnet', 'subnets');
const RESOURCES = [
  kind('', 'Pod', 'pods'),
  kind('', 'Secret', 'secrets'),
  kind('', 'ServiceAccount', 'serviceaccounts'),
  kind('', 'Namespace', 'namespaces', false),
  kind('', 'Node', 'nodes', false),
  NETWORK,
  SUBNET,
];

/** What a test bends. Each function has a sound default. */
export interface WorldOptions {
  fleet: Fleet;
  /** Replies of 5 (in proportion for other counts) from a pod to an address. */
  replies?: (from: { cluster: string; pod: string }, target: string, now: number) => number;
  /** Status of a pod that has just been created; undefined: it never gets one. */
  podStatus?: (pod: KubernetesObject, cluster: string) => object | undefined;
  /** What nc prints for a connection from a pod to an address; undefined: there is no nc. */
  tcp?: (from: { cluster: string; pod: string }, target: string, world: SmokeWorld) => string | undefined;
  /** Bytes of the largest packet that passes; links take 1500. */
  mtu?: (from: { cluster: string; pod: string }, target: string) => number;
  /** Status of a pod that runs one command; undefined: it never ends. Default: it has ended, with its output in the log. */
  proberStatus?: (pod: KubernetesObject, cluster: string) => object | undefined;
  /** What the log of such a pod says. */
  log?: (text: string, pod: string) => string;
  exec?: (request: ExecRequest, cluster: string, otherwise: () => ExecResult) => Promise<ExecResult>;
  before?: (request: SeenRequest) => void | Promise<void>;
  networkState?: (name: string) => string;
  /** Clusters on which the fleet's own namespace was not made yet. */
  neverApplied?: readonly string[];
}

/** One image for all. */
export function probeImagesFor({ central, distributed }: Fleet, pullSecret?: string): SmokeInput['images'] {
  const image = { image: 'example.org/probe:1', ...(pullSecret === undefined ? {} : { pullSecret }) };
  return new Map([central, ...distributed].map(({ name }) => [name, image]));
}

/** Two or more clusters in memory with what CN2 and kubelets do: mirrored namespaces, pods that run, addresses per network. */
export class SmokeWorld {
  readonly clock = new FakeClock();
  readonly clusters = new Map<string, MemoryCluster>();
  readonly progress: Progress[] = [];
  readonly options: WorldOptions;
  /** Address → pod, of pods that are there. */
  readonly addresses = new Map<string, string>();
  /** By pod that runs one command. */
  readonly #logs = new Map<string, string>();
  #next = 10;

  constructor(options: WorldOptions) {
    this.options = options;
    const { fleet } = options;
    for (const name of [fleet.central.name, ...fleet.distributed.map((entry) => entry.name)])
      this.clusters.set(name, this.#cluster(name));
    for (const { cluster, name } of probeNamespaces(fleet))
      if (!options.neverApplied?.includes(cluster))
        this.cluster(cluster).put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const network of fleet.networks) {
      this.cluster(network.cluster).put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: network.namespace } });
      const namespace = this.centralNamespace(network.cluster, network.namespace);
      const state = options.networkState?.(network.name) ?? 'Success';
      const meta = (name: string) => ({ namespace, name });
      const apiVersion = `${CORE}/v1alpha1`;
      this.central.put({
        apiVersion,
        kind: 'VirtualNetwork',
        metadata: meta(network.name),
        status: { state, observation: 'odd' },
      });
      for (const family of [network.v4, network.v6]) {
        if (family) this.central.put({ apiVersion, kind: 'Subnet', metadata: meta(family.subnet), spec: { cidr: family.cidr } });
      }
    }
  }

  get central(): MemoryCluster {
    return this.cluster(this.options.fleet.central.name);
  }

  cluster(name: string): MemoryCluster {
    return this.clusters.get(name)!;
  }

  centralNamespace(cluster: string, namespace: string): string {
    const entry = this.options.fleet.distributed.find((each) => each.name === cluster);
    return entry === undefined ? namespace : `${entry.kubemanager}-${entry.name}-${namespace}`;
  }

  async run(change: Partial<SmokeInput> = {}) {
    const { fleet } = this.options;
    const expected = expectedOf(fleet);
    const result = await runSmoke({
      fleet,
      expected,
      clusters: this.clusters,
      resources: async (_, __, name) => (name === 'Subnet' ? SUBNET : NETWORK),
      clock: this.clock,
      reporter: { progress: (event) => this.progress.push(event) },
      runId: 'Run_42',
      signal: new AbortController().signal,
      images: probeImagesFor(fleet),
      ask: async () => [],
      ...change,
    });
    return { expected, result };
  }

  /** Everything that a smoke test could have left, pods and secrets, on every cluster. */
  remains(): string[] {
    return [...this.clusters.values()].flatMap((cluster) =>
      cluster
        .all()
        .filter((object) => ['Pod', 'Secret'].includes(object.kind))
        .map((object) => `${cluster.name}/${object.kind}/${object.metadata.name}`),
    );
  }

  #cluster(name: string): MemoryCluster {
    return new MemoryCluster({
      name,
      resources: RESOURCES,
      now: () => this.clock.now(),
      ...(this.options.before ? { before: this.options.before } : {}),
      controller: (cluster, { type, object }) => this.#control(cluster, type, object),
      exec: async (request) => {
        const otherwise = () => this.#ping(request, name);
        return this.options.exec ? await this.options.exec(request, name, otherwise) : otherwise();
      },
      log: async ({ pod }) => {
        const text = this.#logs.get(pod) ?? '';
        return this.options.log ? this.options.log(text, pod) : text;
      },
    });
  }

  #control(cluster: MemoryCluster, type: string, object: KubernetesObject): void {
    const { name } = object.metadata;
    if (object.kind === 'Namespace' && !name.startsWith('kubemanager-')) {
      const mirror = this.centralNamespace(cluster.name, name);
      if (type === 'ADDED')
        cluster.put({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: name, name: 'default' } });
      if (mirror === name) return;
      if (type === 'ADDED') this.central.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: mirror } });
      if (type === 'DELETED') this.central.remove('Namespace', undefined, mirror);
    }
    if (object.kind === 'Pod' && type === 'ADDED' && object['status'] === undefined)
      if (/-l\d+$/.test(name)) this.#end(cluster, object);
      else this.#schedule(cluster, object);
    if (object.kind === 'Pod' && type === 'DELETED') {
      for (const [address, pod] of this.addresses) if (pod === name) this.addresses.delete(address);
    }
  }

  #schedule(cluster: MemoryCluster, pod: KubernetesObject): void {
    const number = this.#next++;
    const status = this.options.podStatus ? this.options.podStatus(pod, cluster.name) : runningStatus(number);
    if (status === undefined) return;
    const annotations = { ...pod.metadata.annotations };
    const wanted = annotations[NETWORKS_ANNOTATION];
    const ips = wanted === undefined ? [`198.51.100.${number}`, `2001:db8::${number}`] : this.#networkAddresses(wanted, number);
    if (wanted !== undefined) {
      annotations[NETWORK_STATUS_ANNOTATION] = JSON.stringify([
        { name: 'default-podnetwork', interface: 'eth0', ips: [`198.51.100.${number}`], default: true },
        { name: wanted, interface: 'eth1', ips, mac: '02:00:00:00:00:01' },
      ]);
    }
    for (const ip of ips) this.addresses.set(ip, pod.metadata.name);
    cluster.put(
      { ...pod, metadata: { ...pod.metadata, annotations }, spec: { ...(pod['spec'] as object), nodeName: 'node-a' }, status },
      'kubelet',
    );
  }

  /** A pod that runs one command has run it. */
  #end(cluster: MemoryCluster, pod: KubernetesObject): void {
    const { containers } = pod['spec'] as { containers: { command: string[] }[] };
    const { command } = containers[0]!;
    const own = command.slice(command.lastIndexOf('sh'));
    const [of = ''] = /cn2-fleet-smoke-[a-z\d-]+/.exec(command[6] ?? '') ?? [];
    const request = { command: own, pod: of, namespace: '', container: '', deadline: 0, sentinel: '' };
    this.#logs.set(pod.metadata.name, this.#ping(request, cluster.name).stdout);
    const status = this.options.proberStatus ? this.options.proberStatus(pod, cluster.name) : endedStatus(0);
    if (status !== undefined) cluster.put({ ...pod, status }, 'kubelet');
  }

  #networkAddresses(centralName: string, number: number): string[] {
    const network = this.options.fleet.networks.find(
      (each) => `${this.centralNamespace(each.cluster, each.namespace)}/${each.name}` === centralName,
    );
    return [network?.v4?.cidr.replace(/\d+\/\d+$/, String(number)), network?.v6?.cidr.replace(/\/\d+$/, String(number))].filter(
      (ip): ip is string => ip !== undefined,
    );
  }

  #ping(request: ExecRequest, cluster: string): ExecResult {
    if (request.sentinel.endsWith('-size')) return this.#sizes(request, cluster);
    const [, , , , count = '5', , , look, nonce, ...targets] = request.command;
    const from = { cluster, pod: request.pod };
    const lines = targets.flatMap((target) => {
      const local = target === '127.0.0.1' || target === '::1';
      const reach = this.options.replies?.({ cluster, pod: request.pod }, target, this.clock.now()) ?? 5;
      const sent = Number(count);
      const received = local && this.options.replies === undefined ? sent : Math.ceil((reach / 5) * sent);
      const times = Array.from(
        { length: received },
        (_, at) => `64 bytes from ${target}: icmp_seq=${at + 1} ttl=63 time=0.${at + 1} ms`,
      );
      const counts = `${sent} packets transmitted, ${received} received, ${Math.round((1 - received / sent) * 100)}% packet loss, time 1ms`;
      const ping = [`PING ${target}`, ...times, '', counts].map((line) => `${target}\t${received > 0 ? 0 : 1}\t${line}`);
      if (look !== '1') return ping;
      const tcp = this.options.tcp?.(from, target, this);
      const passes = (this.options.mtu?.(from, target) ?? 1500) >= 1500;
      const more = received === 0 || local ? [] : [`${target}\tMTU\t1500\t${passes ? 0 : 1}`];
      return [...ping, ...(tcp === undefined ? [] : [`${target}\tTCP\t${tcp}`]), ...more];
    });
    return { status: 'complete', exitCode: 0, stdout: [...lines, `#END ${targets.length} ${nonce}`, ''].join('\n'), stderr: '' };
  }

  #sizes(request: ExecRequest, cluster: string): ExecResult {
    const targets = request.command.slice(5).map((word) => word.split(',')[0]!);
    const lines = targets.map(
      (target) => `${target}\tSIZE\t${this.options.mtu?.({ cluster, pod: request.pod }, target) ?? 1500}`,
    );
    return { status: 'complete', exitCode: 0, stdout: [...lines, request.sentinel, ''].join('\n'), stderr: '' };
  }
}

/** What the listener of a pod prints for somebody of an IPv4 address. */
export function heard(pod: string, peer: string): string {
  const bytes = peer.split('.').map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'));
  return `#PEER ${pod} 2: 00000000:4F99 ${bytes.reverse().join('')}:DE40 01 0:0 0:0 0 0 0 1`;
}

export function endedStatus(exitCode: number): object {
  return {
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    containerStatuses: [{ name: 'probe', state: { terminated: { exitCode } } }],
  };
}

export function runningStatus(number: number): object {
  return {
    phase: 'Running',
    podIP: `198.51.100.${number}`,
    podIPs: [{ ip: `198.51.100.${number}` }, { ip: `2001:db8::${number}` }],
    containerStatuses: [{ state: { running: {} } }],
  };
}
