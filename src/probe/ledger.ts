import { SMOKE_FIELD_MANAGER } from '../cn2/names.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Cluster, Target } from '../ports/cluster.ts';

/** One object that this run has created, or has started to create. */
export interface LedgerEntry {
  cluster: Cluster;
  target: Target;
  /** Known once the cluster has answered. Names carry the run's id, so one without a uid is still nobody else's. */
  uid?: string;
  /** A further place in which it shows up and must be gone from: a namespace's mirror on the central cluster. */
  mirror?: { cluster: Cluster; target: Target };
}

/** Everything that clean-up has to remove. An object is written down before it is created, so that no ending forgets it. */
export class Ledger {
  readonly #entries: LedgerEntry[] = [];
  #closed = false;

  get entries(): readonly LedgerEntry[] {
    return [...this.#entries];
  }

  /** From now on what is created is removed at once: clean-up has begun. */
  close(): void {
    this.#closed = true;
  }

  /** Creates an object under the smoke test's field manager. */
  async create(cluster: Cluster, resource: Resource, object: KubernetesObject): Promise<KubernetesObject> {
    if (this.#closed) throw new Error('interrupted');
    const { name, namespace } = object.metadata;
    const entry: LedgerEntry = { cluster, target: { resource, name, ...present({ namespace }) } };
    // A cluster-scoped name carries no run id: until it is known to be ours it must not be deleted.
    if (namespace !== undefined) this.#entries.push(entry);
    const created = await cluster.create(resource, object, { fieldManager: SMOKE_FIELD_MANAGER });
    if (created.metadata.uid !== undefined) entry.uid = created.metadata.uid;
    if (namespace === undefined && !this.#closed) this.#entries.push(entry);
    if (this.#closed) await cluster.delete(entry.target, present({ uid: entry.uid }));
    return created;
  }

  /** Takes over an object that an earlier run left behind. */
  adopt(entry: LedgerEntry): void {
    this.#entries.push(entry);
  }

  /** Names the further place from which an object must be gone. */
  mirrored(cluster: Cluster, name: string, mirror: { cluster: Cluster; target: Target }): void {
    const entry = this.#entries.find((each) => each.cluster === cluster && each.target.name === name);
    if (entry) entry.mirror = mirror;
  }
}
