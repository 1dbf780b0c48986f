import { DEFAULT_POD_NETWORK, NETWORK_STATUS_ANNOTATION, NETWORKS_ANNOTATION } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { AddressPool } from './address-pool.ts';
import { type CniRequest, cniResult } from './cni-request.ts';
import { INTERFACES_ANNOTATION, networkStatus, type PodInterface, parseInterfaces } from './interfaces.ts';
import type { NodeDataplane } from './node-dataplane.ts';
import type { PodRecord, PodRecords } from './records.ts';
import { decided } from './sandbox.ts';

/** What the handler needs of the cluster's API. */
export interface PodApi {
  /** The pod as the API has it now. */
  pod(namespace: string, name: string): Promise<KubernetesObject | undefined>;
  /** Settles once the namespace is known to the dataplane's view. Throws after a while. */
  namespaceKnown(namespace: string): Promise<void>;
  /** The pod once it carries the annotation; undefined when it does not get it in time or is gone. */
  podWith(annotation: string, pod: KubernetesObject): Promise<KubernetesObject | undefined>;
  annotate(pod: KubernetesObject, annotations: Record<string, string>): Promise<void>;
}

export interface CniHandlerParts {
  api: PodApi;
  dataplane: NodeDataplane;
  records: PodRecords;
  pool: AddressPool;
  /** Where the node's file system is, seen from here. */
  root: string;
}

/** Answers the CNI program: ADD gives a pod its interfaces, DEL takes them away and never fails. */
export class CniHandler {
  readonly #parts: CniHandlerParts;
  /** Addresses that are given but not recorded yet. */
  readonly #promised = new Set<string>();

  constructor(parts: CniHandlerParts) {
    this.#parts = parts;
  }

  async handle(request: CniRequest): Promise<object> {
    if (request.command === 'ADD') return await this.#add(request);
    const record = this.#parts.records.get(request.containerId);
    if (record !== undefined) await this.#parts.dataplane.detach(record);
    return {};
  }

  async #add(request: CniRequest): Promise<object> {
    const { api, dataplane, records, pool, root } = this.#parts;
    const pod = await api.pod(request.pod.namespace, request.pod.name);
    // A pod of the same name that came after the one whose sandbox this is.
    if (pod === undefined || (request.pod.uid !== '' && pod.metadata.uid !== request.pod.uid)) {
      throw new Error(`pod ${request.pod.namespace}/${request.pod.name} does not exist any more`);
    }
    await api.namespaceKnown(request.pod.namespace);
    const virtual = await this.#virtualInterfaces(pod);
    const given = pool.take([...records.addresses(), ...this.#promised]);
    for (const address of given.addresses) this.#promised.add(address);
    try {
      const sandbox = { containerId: request.containerId, netns: onNode(root, request.netns) };
      const first: PodInterface = { network: DEFAULT_POD_NETWORK, name: request.interfaceName, ...given };
      const record: PodRecord = {
        ...sandbox,
        ...request.pod,
        interfaces: [decided(sandbox, first, false), ...virtual.map((one) => decided(sandbox, one, true))],
      };
      await dataplane.attach(record);
      try {
        await api.annotate(pod, { [NETWORK_STATUS_ANNOTATION]: networkStatus(record.interfaces) });
      } catch (error) {
        await dataplane.detach(record);
        throw error;
      }
      return cniResult(request, record.interfaces);
    } finally {
      for (const address of given.addresses) this.#promised.delete(address);
    }
  }

  async #virtualInterfaces(pod: KubernetesObject): Promise<PodInterface[]> {
    const networks = pod.metadata.annotations?.[NETWORKS_ANNOTATION]?.trim() ?? '';
    if (networks === '' || networks === '[]') return [];
    const ready = await this.#parts.api.podWith(INTERFACES_ANNOTATION, pod);
    if (ready === undefined) {
      throw new Error(`the kubemanager has given ${pod.metadata.namespace}/${pod.metadata.name} no addresses for ${networks}`);
    }
    return parseInterfaces(ready.metadata.annotations![INTERFACES_ANNOTATION]!);
  }
}

/** A path of the node as this process can open it; /var/run is an absolute link there, which would lead out of `root`. */
function onNode(root: string, path: string): string {
  return `${root}${path.replace(/^\/var\/run\//, '/run/')}`;
}
