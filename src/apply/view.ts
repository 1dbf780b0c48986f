import type { Watched } from '../cn2/gate.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { WatchEvent } from '../ports/cluster.ts';

interface Held {
  object: KubernetesObject;
  /** Number of the message that brought it, to tell events from a listing that was on its way in the meantime. */
  arrived: number;
}

/**
 * The objects of one watched kind as far as they are known, kept by events and corrected by listings. A listing and an event
 * may overtake each other; the newer one of an object wins and what was deleted does not come back.
 */
export class View {
  readonly watched: Watched;
  /** A listing has been seen: what is not here is not there. */
  synced = false;
  /** Why nothing can be said now; final: waiting does not help. */
  problem: { message: string; final: boolean } | undefined;
  readonly #objects = new Map<string, Held>();
  readonly #deleted = new Set<string>();
  #messages = 0;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  objects(): KubernetesObject[] {
    return [...this.#objects.values()].map((held) => held.object);
  }

  /** How many objects are known. */
  get size(): number {
    return this.#objects.size;
  }

  /** Called before a listing is asked for; its result is given back together with this. */
  beforeListing(): number {
    return this.#messages;
  }

  listed(asked: number, items: readonly KubernetesObject[]): void {
    const now = new Map(items.map((item) => [keyOf(item), item]));
    for (const [key, held] of this.#objects) {
      if (!now.has(key) && held.arrived <= asked) this.#objects.delete(key);
    }
    for (const [key, object] of now) {
      const held = this.#objects.get(key);
      if (this.#deleted.has(key) || (held !== undefined && held.arrived > asked)) continue;
      this.#objects.set(key, { object, arrived: asked });
    }
    this.synced = true;
    this.problem = undefined;
  }

  event({ type, object }: WatchEvent): void {
    this.#messages += 1;
    const key = keyOf(object);
    if (type === 'DELETED') {
      this.#objects.delete(key);
      this.#deleted.add(key);
    } else if (!this.#deleted.has(key)) {
      this.#objects.set(key, { object, arrived: this.#messages });
    }
  }

  /** The cluster does not serve the kind (yet): there is nothing of it. */
  absent(): void {
    this.#objects.clear();
    this.synced = true;
    this.problem = undefined;
  }
}

function keyOf(object: KubernetesObject): string {
  return object.metadata.uid ?? `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
