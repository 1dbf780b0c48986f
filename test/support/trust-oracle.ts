import { canonicalJson } from '../../src/declare/digest.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { ApprovedPlan } from '../../src/model/plan.ts';
import { planDigest } from '../../src/plan/digest.ts';
import type { MemoryHub } from './memory-hub.ts';
import { treeId } from './memory-trees.ts';
import { isAsRendered, meaningOf, placeOf } from './trust-fleet.ts';

/** An apply that is on its way, seen from outside: what it may write follows from its commit alone. */
export interface SeenRun {
  sha: string;
  /** In a job of the forge, or from a command line without it. */
  job: boolean;
  /** Heads of main from when it began to its first write. */
  heads: Set<string>;
  wrote: boolean;
}

export interface SeenWrite {
  verb: 'apply' | 'replaceManagedFields' | 'create' | 'update' | 'delete';
  cluster: string;
  object: Pick<KubernetesObject, 'kind' | 'metadata'>;
}

/** Something was written that nobody has approved, or that was over. */
export class Breach extends Error {}

/** Writes without content: who owns an object, or that it goes. */
export const NAMING: ReadonlySet<string> = new Set(['delete', 'replaceManagedFields']);

/** Judges every write of managed state by the history of the repository; asks nothing of the code that is tested. */
export class TrustOracle {
  readonly #hub: MemoryHub;
  /** The newest approval that has written, and whether it has come to its end. */
  newest: { serial: number; digest: string; finished: boolean } | undefined;
  writes = 0;
  #breach: Breach | undefined;

  constructor(hub: MemoryHub, newest?: TrustOracle['newest']) {
    this.#hub = hub;
    this.newest = newest === undefined ? undefined : { ...newest };
  }

  /** Throws the first breach, whatever the command made of it. */
  mustBeWhole(): void {
    if (this.#breach !== undefined) throw this.#breach;
  }

  /** Called at the moment of the write. Throws Breach. */
  judge(run: SeenRun, write: SeenWrite): void {
    this.writes += 1;
    const { files } = this.#hub.at(run.sha);
    const where = `${write.verb} ${placeOf(write.cluster, write.object)} by the apply of ${run.sha.slice(0, 7)}`;
    const breach: (why: string) => never = (why) => {
      this.#breach ??= new Breach(`${where}: ${why}`);
      throw this.#breach;
    };
    if (!isAsRendered(files)) breach('its rendered/ is not what its declaration renders to');
    const plan = JSON.parse(files['rendered/plan.json'] ?? 'null') as ApprovedPlan | null;
    if (plan === null || planDigest(plan) !== plan.digest) breach('its plan.json is no plan');
    this.#judgeContent(run, write, plan, breach);
    if (run.job) this.#judgeApproval(run, breach);
    this.#judgeTurn(plan, breach);
    run.wrote = true;
  }

  /** An apply of the whole fleet has ended as done. */
  finished(sha: string): void {
    const { serial, digest } = JSON.parse(this.#hub.at(sha).files['rendered/plan.json'] ?? '{}') as ApprovedPlan;
    if (this.newest?.serial === serial && this.newest?.digest === digest) this.newest.finished = true;
  }

  #judgeContent(
    { sha }: SeenRun,
    { verb, cluster, object }: SeenWrite,
    plan: ApprovedPlan,
    breach: (why: string) => never,
  ): void {
    const meaning = meaningOf(this.#hub.at(sha).files);
    const place = placeOf(cluster, object);
    const wanted = meaning?.objects.get(place);
    if (verb === 'delete' && wanted !== undefined) breach('its declaration wants the object');
    if (verb === 'replaceManagedFields' && wanted === undefined) breach('its declaration does not want the object');
    if (!NAMING.has(verb) && canonicalJson(stripped(object)) !== canonicalJson(wanted && stripped(wanted)))
      breach('that is not what its declaration renders to');
    if (meaning?.tree.indexDigest !== plan.index) breach('its plan is of other files');
    const approved = plan.clusters.find(({ name, uid }) => name === cluster && uid !== undefined);
    const deletes = verb === 'delete';
    const listed = approved?.changes.some(
      (change) => placeOf(cluster, { kind: change.kind, metadata: change }) === place && (change.action === 'delete') === deletes,
    );
    if (listed !== true) breach('its plan does not list that');
  }

  #judgeApproval({ sha, heads, wrote }: SeenRun, breach: (why: string) => never): void {
    const rendered = (commit: string) => treeId(this.#hub.at(commit).files, 'rendered');
    if (!wrote && ![...heads].some((head) => rendered(head) === rendered(sha))) breach('main holds another rendered/');
    if (!this.#hub.mainHistory.some((head) => rendered(head) === rendered(sha))) breach('nobody has merged its plan');
  }

  #judgeTurn({ serial = 0, digest }: ApprovedPlan, breach: (why: string) => never): void {
    const { newest } = this;
    if (newest !== undefined && serial < newest.serial) breach(`plan ${serial} is older than plan ${newest.serial}`);
    if (newest?.serial === serial && digest !== newest.digest) breach(`another plan ${serial} was applied`);
    if (newest?.serial === serial && newest.finished) breach(`plan ${serial} was over`);
    if (newest?.serial !== serial) this.newest = { serial, digest, finished: false };
  }
}

/** Without preconditions and secret values. */
function stripped(object: Pick<KubernetesObject, 'kind' | 'metadata'>): unknown {
  const { uid: _, resourceVersion: __, ...metadata } = object.metadata;
  const { data, ...rest } = object as KubernetesObject;
  return { ...rest, metadata, ...(object.kind === 'Secret' ? {} : { data }) };
}
