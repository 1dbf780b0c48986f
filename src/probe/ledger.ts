import { SMOKE_FIELD_MANAGER, SMOKE_LABEL } from '../cn2/names.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import { type Cluster, ClusterError, type Target } from '../ports/cluster.ts';

/** One object that this run has created, or has started to create. */
export interface LedgerEntry {
  cluster: Cluster;
  target: Target;
  /** Known once the cluster has answered. What was there before under that name is left out, so one without a uid is this run's. */
  uid?: string;
  /** The value of its label. */
  label?: string;
}

/** Everything that clean-up has to remove. An object is written down before it is created, so that no ending forgets it. */
export class Ledger {
  #entries: LedgerEntry[] = [];
  #closed = false;

  get entries(): readonly LedgerEntry[] {
    return [...this.#entries];
  }

  /** From now on what is created is removed at once: clean-up has begun. */
  close(): void {
    this.#closed = true;
  }

  /** What is to stay after the run, since it works. */
  keep(cluster: Cluster, { name, namespace }: { name: string; namespace: string }): void {
    this.#entries = this.#entries.filter(
      ({ cluster: on, target }) => on !== cluster || target.name !== name || target.namespace !== namespace,
    );
  }

  /** Creates an object under the smoke test's field manager. */
  async create(cluster: Cluster, resource: Resource, object: KubernetesObject): Promise<KubernetesObject> {
    if (this.#closed) throw new Error('interrupted');
    const { name, namespace, labels } = object.metadata;
    const label = labels?.[SMOKE_LABEL];
    const entry: LedgerEntry = { cluster, target: { resource, name, ...present({ namespace }) }, ...present({ label }) };
    this.#entries.push(entry);
    const created = await this.#created(entry, resource, object);
    if (created.metadata.uid !== undefined) entry.uid = created.metadata.uid;
    if (this.#closed) await cluster.delete(entry.target, present({ uid: entry.uid }));
    return created;
  }

  /** What is there already under its name was not made by this run. */
  async #created(entry: LedgerEntry, resource: Resource, object: KubernetesObject): Promise<KubernetesObject> {
    try {
      return await entry.cluster.create(resource, object, { fieldManager: SMOKE_FIELD_MANAGER });
    } catch (error) {
      if (error instanceof ClusterError && error.cause === 'conflict')
        this.#entries = this.#entries.filter((each) => each !== entry);
      throw error;
    }
  }
}
