import type { GroupKind, KubernetesObject } from '../model/kubernetes.ts';
import type { StageId } from '../model/manifest.ts';
import type { Judgement } from './health.ts';

/** What a gate looks at: objects of one kind on one cluster. */
export interface Watched extends GroupKind {
  cluster: string;
  namespace?: string;
  name?: string;
  labelSelector?: string;
}

/** The objects seen, under the names that the gate's `watch` gives them. */
export type Seen = Readonly<Record<string, readonly KubernetesObject[]>>;

/** What must be true before the next stage: what to watch and how to judge it. Pure data and predicates. */
export interface Gate {
  stage: StageId;
  /** The cluster whose attach (or, from stage 70 on, whose objects) it guards. */
  cluster: string;
  watch: Readonly<Record<string, Watched>>;
  judge(seen: Seen): Judgement;
  /** Where the pods are that keep it waiting: looked at when it takes long. */
  pods?: { cluster: string; namespaces: readonly string[] };
  /** What is odd and yet no reason to wait, as sentences without full stop; asked once the gate has passed. */
  warnings?(seen: Seen): readonly string[];
  /**
   * An object whose creation is tried, as a dry-run, once `judge` has passed: the gate passes when the server takes it.
   * Undefined: nothing to try.
   */
  trial?(seen: Seen): { cluster: string; object: KubernetesObject } | undefined;
}

/** The objects under one name; a name that is not watched has none. */
export function seenAs(seen: Seen, name: string): readonly KubernetesObject[] {
  return seen[name] ?? [];
}
