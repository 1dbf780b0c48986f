import type { Gate } from '../cn2/gate.ts';
import { podCauses } from '../cn2/pod-causes.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { connectionTo, type ResourceLookup } from './resources.ts';

/** A gate that passes in this time needs no reasons; later they are looked for repeatedly, since one problem hides the next. */
const EVERY_MS = 30_000;
/** A look that takes longer is given up: it only explains, and the gate is not judged while it lasts. */
const LONGEST_MS = 5_000;
const SHOWN = 2;

interface LookInput {
  gate: Gate;
  clusters: ReadonlyMap<string, Cluster>;
  resources: ResourceLookup;
  clock: Clock;
  signal: AbortSignal;
}

/** Looks at the pods of a gate that takes long, for why they do not run. */
export class PodLook {
  readonly #input: LookInput;
  #next: number;
  #causes: string[] = [];

  /** @param now ticks of the clock at the beginning of the wait, milliseconds */
  constructor(input: LookInput, now: number) {
    this.#input = input;
    this.#next = now + EVERY_MS;
  }

  /** Milliseconds until it is to look again; infinite for a gate without pods. */
  due(now: number): number {
    return this.#input.gate.pods === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.#next - now);
  }

  /** What was found in the last look, at most two sentences; it looks when its time has come, or `atOnce`. */
  async causes(now: number, atOnce: boolean): Promise<readonly string[]> {
    const { pods } = this.#input.gate;
    if (pods === undefined || (!atOnce && now < this.#next)) return this.#causes;
    this.#next = now + EVERY_MS;
    this.#causes = (await this.#inTime(this.#look(pods))).slice(0, SHOWN);
    return this.#causes;
  }

  /** Nothing, where a server does not answer or the run is stopped. */
  async #inTime(look: Promise<string[]>): Promise<string[]> {
    const { clock, signal } = this.#input;
    const ended = new AbortController();
    const late = clock.sleep(LONGEST_MS, AbortSignal.any([signal, ended.signal])).then(() => []);
    try {
      return await Promise.race([look, late]);
    } finally {
      ended.abort();
    }
  }

  async #look({ cluster, namespaces }: NonNullable<Gate['pods']>): Promise<string[]> {
    const { clusters, resources } = this.#input;
    try {
      const resource = await resources(cluster, '', 'Pod');
      if (resource === undefined) return [];
      const connection = connectionTo(clusters, cluster);
      const lists = await Promise.all(namespaces.map((namespace) => connection.list(resource, { namespace })));
      return podCauses(lists.flat());
    } catch (error: unknown) {
      // It only explains: without the right to see pods, or a server that answers, the gate says what it says anyway.
      if (error instanceof ClusterError) return [];
      throw error;
    }
  }
}
