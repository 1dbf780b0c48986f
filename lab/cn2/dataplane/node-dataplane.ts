import { addressOf, canonical, familyOf, hostCidr } from './cidr.ts';
import { type ClusterView, isolationByNamespace, podAddresses } from './cluster-view.ts';
import { fabricAddress } from './fabric.ts';
import { type FirewallInput, firewallRules } from './firewall.ts';
import type { Kernel } from './kernel.ts';
import type { PodRecord, PodRecords } from './records.ts';
import { routeCommands, STATE_PROTOCOL, wantedRoutes } from './routes.ts';
import { attachCommands } from './sandbox.ts';

/** Who a node is. */
export interface NodeIdentity {
  name: string;
  addresses: string[];
  podCidrs: string[];
}

/**
 * The forwarding of one node: attaches pods and keeps rules and routes what the view of the cluster asks for. All writes to
 * the kernel happen one after another.
 */
export class NodeDataplane {
  readonly #kernel: Kernel;
  readonly #node: NodeIdentity;
  readonly #records: PodRecords;
  readonly #view: () => ClusterView;
  readonly #log: (line: string) => void;
  #rules = '';
  #routes = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(kernel: Kernel, node: NodeIdentity, records: PodRecords, view: () => ClusterView, log: (line: string) => void) {
    this.#kernel = kernel;
    this.#node = node;
    this.#records = records;
    this.#view = view;
    this.#log = log;
  }

  /** Turns forwarding on and gives the node its fabric addresses. */
  async prepare(): Promise<void> {
    await this.#kernel.settings({ 'ipv4/ip_forward': 1, 'ipv6/conf/all/forwarding': 1 });
    await this.#kernel.ip(this.#node.addresses.map((address) => `addr replace ${hostCidr(fabricAddress(address))} dev lo`));
  }

  /** Brings rules and routes to what the view asks for; does nothing where they are there already. */
  sync(): Promise<void> {
    return this.#alone(() => this.#sync());
  }

  /** Gives a sandbox its interfaces. When one fails, all are taken back and the error is thrown. */
  attach(record: PodRecord): Promise<void> {
    return this.#alone(async () => {
      try {
        const commands = attachCommands(record);
        await this.#kernel.ip(commands.node);
        await this.#kernel.settings(commands.nodeSettings);
        await this.#kernel.inside(record.netns, commands.podSettings, commands.pod);
        await this.#records.put(record);
        await this.#sync();
      } catch (error) {
        await this.#remove(record);
        throw error;
      }
    });
  }

  /** Takes a sandbox's interfaces away; what is gone already is not an error. The rules follow behind, nobody waits for them. */
  async detach(record: PodRecord): Promise<void> {
    await this.#alone(() => this.#remove(record));
    this.sync().catch((error: Error) => this.#log(error.message));
  }

  async #remove(record: PodRecord): Promise<void> {
    // The pairs go with the pod's network namespace; where the runtime was faster there is nothing left to delete.
    await this.#kernel
      .ip(
        record.interfaces.map((one) => `link del ${one.host}`),
        { force: true },
      )
      .catch(() => {});
    await this.#records.remove(record.containerId);
  }

  async #sync(): Promise<void> {
    const view = this.#view();
    const rules = firewallRules(firewallInput(view, this.#node, this.#records.all()));
    if (rules !== this.#rules) {
      await this.#kernel.nft(rules);
      this.#rules = rules;
    }
    const wanted = wantedRoutes(view.state, this.#node.name, this.#node.podCidrs, this.#records.addresses().map(addressOf));
    const routes = JSON.stringify(wanted);
    if (routes === this.#routes) return;
    try {
      // One next hop that cannot be used must not stop the other routes; it is tried again at the next change.
      await this.#kernel.ip(routeCommands(wanted, await this.#kernel.routes(STATE_PROTOCOL)), { force: true });
      this.#routes = routes;
    } catch (error) {
      this.#log(error instanceof Error ? error.message : String(error));
    }
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** Everything the rules depend on, from what is known of the cluster and what is attached here. */
export function firewallInput(view: ClusterView, node: NodeIdentity, records: readonly PodRecord[]): FirewallInput {
  const { state } = view;
  const ownNodes = new Set(view.nodes.map(({ metadata }) => metadata.name));
  const foreign = state.peers.filter((peer) => !ownNodes.has(peer.node));
  const isolation = isolationByNamespace(view);
  const inCluster = podAddresses(view.pods);
  const here = records.flatMap(({ namespace, interfaces }) =>
    interfaces
      .filter((one) => !one.virtual)
      .flatMap((one) => one.addresses.map((cidr) => ({ namespace, address: canonical(addressOf(cidr)) }))),
  );
  const virtual = state.networks.flatMap(({ cidrs }) => cidrs);
  return {
    virtual,
    // A network talks to itself whether or not a router selects it.
    allowed: [...state.allowed, ...state.networks.flatMap(({ cidrs }) => cidrs.map((cidr): [string, string] => [cidr, cidr]))],
    ownPods: node.podCidrs,
    foreignPods: foreign.flatMap(({ podCIDRs }) => podCIDRs),
    inside: state.peers.flatMap(({ podCIDRs, addresses }) => [
      ...podCIDRs,
      ...addresses.flatMap((address) => [hostCidr(address), hostCidr(fabricAddress(address))]),
    ]),
    snat: here.filter(({ namespace }) => isolation.get(namespace)?.snat).map(({ address }) => address),
    fabric: Object.fromEntries(node.addresses.map((address) => [familyOf(address), fabricAddress(address)])),
    isolated: here
      .filter(({ namespace }) => isolation.get(namespace)?.isolated && !isolation.get(namespace)?.snat)
      .map(({ namespace, address }) => ({
        address,
        neighbours: [
          ...new Set([
            ...(inCluster.get(namespace) ?? []).map(canonical),
            ...here.filter((other) => other.namespace === namespace).map((other) => other.address),
          ]),
        ].sort(),
      })),
  };
}
