import pMap from 'p-map';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import type { PreviewResult, Question } from '../plan/preview.ts';
import { keepsRollingUpdate, withStrategyOf, withWantedStrategy } from '../plan/recreate.ts';
import { isSecret } from '../plan/secret-merge.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { CREATE_ONLY, hasMoved } from '../ports/preconditions.ts';
import type { ClusterOrProblem } from './observe.ts';
import { problemOf } from './problem.ts';
import { LANES } from './read-kind.ts';

/** An object that keeps moving between reading and asking (busy status) is read again at most so often. */
const ATTEMPTS = 4;

/**
 * Asks the server what applying each object in question would do, by dry-runs: without force first, so that it names who owns fields in conflict;
 * then, where there are any, with force for the result. Order as given; nothing is stored. `concurrency`: clusters at the same time.
 */
export async function preview(
  clusters: ReadonlyMap<string, ClusterOrProblem>,
  questions: readonly Question[],
  concurrency = Number.POSITIVE_INFINITY,
): Promise<PreviewResult[]> {
  const lanes = new Map<string, Question[]>();
  for (const question of questions) {
    const name = question.desired.manifest.cluster;
    lanes.set(name, [...(lanes.get(name) ?? []), question]);
  }
  const results = new Map<Question, PreviewResult>();
  await pMap(
    lanes,
    ([name, own]) =>
      pMap(
        own,
        async (question) => {
          results.set(question, await previewOne(clusters.get(name), question));
        },
        { concurrency: LANES },
      ),
    { concurrency },
  );
  return questions.map((question) => results.get(question)!);
}

async function previewOne(connection: ClusterOrProblem | undefined, question: Question): Promise<PreviewResult> {
  if (connection === undefined || !('apply' in connection)) {
    const cluster = question.desired.manifest.cluster;
    const problem = connection ?? { cause: 'credential' as const, message: `${cluster}: there is no connection` };
    return { question, requests: 0, status: 'failed', problem };
  }
  const run = new DryRuns(connection, question);
  try {
    if (!(await connection.abilities(question.resource)).dryRun) return { question, requests: 0, status: 'not-served' };
    return await run.result();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    const common = { question, requests: run.requests };
    // A webhook that forbids dry-runs says nothing about the content.
    const judged = error.cause === 'invalid' && !error.message.includes('does not support dry run');
    if (judged) return { ...common, status: 'refused', message: error.message };
    if (error.cause === 'not-found') return { ...common, status: 'absent' };
    if (error.cause === 'forbidden') return { ...common, status: 'forbidden' };
    return { ...common, status: 'failed', problem: problemOf(error) };
  }
}

/** The dry-runs for one question; counts their requests. */
class DryRuns {
  requests = 0;
  readonly #cluster: Cluster;
  readonly #question: Question;

  constructor(cluster: Cluster, question: Question) {
    this.#cluster = cluster;
    this.#question = question;
  }

  async result(): Promise<PreviewResult> {
    let live = this.#question.live;
    for (let attempt = 1; ; attempt++) {
      try {
        const merged = await this.#merge(live);
        const moved = live !== undefined && live !== this.#question.live;
        return { question: this.#question, requests: this.requests, status: 'merged', ...(moved ? { live } : {}), ...merged };
      } catch (error) {
        if (attempt === ATTEMPTS || !hasMoved(error)) throw error;
        live = await this.#read();
      }
    }
  }

  async #merge(live: KubernetesObject | undefined) {
    try {
      return { result: await this.#apply(live, false), conflicts: [] };
    } catch (error) {
      if (!(error instanceof ClusterError) || error.fieldConflicts.length === 0) throw error;
      return { result: await this.#apply(live, true), conflicts: error.fieldConflicts };
    }
  }

  async #apply(live: KubernetesObject | undefined, force: boolean): Promise<KubernetesObject> {
    const { object } = this.#question.desired;
    // The comparison judges them by itself; one that came here would show a credential to whoever answers.
    if (isSecret(object)) throw new Error(`${objectTitle(refOf(object))} was to be sent in a dry-run`);
    if (!keepsRollingUpdate(object, live)) return this.#try(object, live, force);
    return withWantedStrategy(await this.#try(withStrategyOf(object, live), live, force), object);
  }

  #try(wanted: KubernetesObject, live: KubernetesObject | undefined, force: boolean): Promise<KubernetesObject> {
    const { resource } = this.#question;
    const precondition =
      live === undefined
        ? { resourceVersion: CREATE_ONLY }
        : { uid: live.metadata.uid ?? '', resourceVersion: live.metadata.resourceVersion ?? '' };
    const object = { ...wanted, metadata: { ...wanted.metadata, ...precondition } };
    this.requests++;
    return this.#cluster.apply(resource, object, { dryRun: true, force });
  }

  #read(): Promise<KubernetesObject | undefined> {
    const { resource, desired } = this.#question;
    const { name, namespace } = desired.object.metadata;
    this.requests++;
    return this.#cluster.get({ resource, name, ...present({ namespace }) });
  }
}
