import { SMOKE_FIELD_MANAGER, SMOKE_LABEL } from '../cn2/names.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import { present } from '../model/present.ts';
import type { Cluster, Target } from '../ports/cluster.ts';

/** One object that this run has created, or has started to create. */
export interface LedgerEntry {
  cluster: Cluster;
  target: Target;
  /** Known once the cluster has answered. Names carry the run's id, so one without a uid is still nobody else's. */
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
  keep({ name, namespace }: { name: string; namespace: string }): void {
    this.#entries = this.#entries.filter(({ target }) => target.name !== name || target.namespace !== namespace);
  }

  /** Creates an object under the smoke test's field manager. */
  async create(cluster: Cluster, resource: Resource, object: KubernetesObject): Promise<KubernetesObject> {
    if (this.#closed) throw new Error('interrupted');
    const { name, namespace, labels } = object.metadata;
    const label = labels?.[SMOKE_LABEL];
    const entry: LedgerEntry = { cluster, target: { resource, name, ...present({ namespace }) }, ...present({ label }) };
    this.#entries.push(entry);
    const created = await cluster.create(resource, object, { fieldManager: SMOKE_FIELD_MANAGER });
    if (created.metadata.uid !== undefined) entry.uid = created.metadata.uid;
    if (this.#closed) await cluster.delete(entry.target, present({ uid: entry.uid }));
    return created;
  }
}
