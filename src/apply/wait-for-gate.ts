import type { Gate } from '../cn2/gate.ts';
import { type Judgement, waiting } from '../cn2/health.ts';
import { groupOf, versionOf } from '../model/kubernetes.ts';
import type { Clock } from '../ports/clock.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { follow } from './follow.ts';
import { PodLook } from './pod-look.ts';
import { connectionTo, type ResourceLookup } from './resources.ts';
import { View } from './view.ts';

/** A dry-run that was refused is tried again after this long; nothing announces that it would pass now. */
const TRIAL_PAUSE_MS = 1000;
const REST_PER_OBJECT_MS = 0.2;
/** Of a few objects the news is judged at once. */
const LEAST_REST_MS = 10;
const MOST_REST_MS = 500;

export interface GateInput {
  gate: Gate;
  clusters: ReadonlyMap<string, Cluster>;
  resources: ResourceLookup;
  clock: Clock;
  signal: AbortSignal;
  /** Milliseconds. */
  timeout: number;
  /** Called whenever what is missing changes. */
  waiting(detail: string): void;
  /** Called when the gate has passed, once for each thing that is odd all the same. */
  warning?(text: string): void;
}

export interface GateResult {
  state: 'passed' | 'failed' | 'timeout' | 'stopped';
  /** What is missing or wrong; empty when passed. */
  detail: string;
}

/** Waits until the gate's judgement is final, judging again at every event; ends on failure, time-out or the signal. */
export async function waitForGate(input: GateInput): Promise<GateResult> {
  const { gate, clock, signal } = input;
  const done = new AbortController();
  const stop = AbortSignal.any([signal, done.signal]);
  const bell = new Bell();
  const views = Object.entries(gate.watch).map(([key, watched]) => ({ key, view: new View(watched) }));
  const running = views.map(({ view }) => follow(view, { ...input, signal: stop, changed: () => bell.ring() }));
  const broken = Promise.all(running);
  broken.catch(() => bell.ring());
  const deadline = clock.ticks() + input.timeout;
  const look = new PodLook(input, clock.ticks());
  let reported = '';
  try {
    for (;;) {
      if (signal.aborted) return { state: 'stopped', detail: reported };
      const judgement = await judge(input, views);
      for (const text of judgement.warnings ?? []) input.warning?.(text);
      if (judgement.state !== 'waiting') return { state: judgement.state, detail: judgement.detail };
      const isOver = deadline - clock.ticks() <= 0;
      const detail = [...(await look.causes(clock.ticks(), isOver)), judgement.detail].join('; ');
      if (detail !== reported && judgement.unread !== true) input.waiting(detail);
      reported = detail;
      if (isOver) return { state: 'timeout', detail };
      const left = deadline - clock.ticks();
      const pause = Math.min(left, look.due(clock.ticks()), judgement.trial === true ? TRIAL_PAUSE_MS : left);
      await Promise.race([restUntil(bell, clock, pause, stop), broken]);
      const rest = restOf(views);
      if (rest >= LEAST_REST_MS) await clock.sleep(Math.min(rest, left), stop);
    }
  } finally {
    done.abort();
    await Promise.allSettled(running);
  }
}

/** Milliseconds between two judgements: each looks at every object, and thousands of them have several events each. */
function restOf(views: readonly { view: View }[]): number {
  const objects = views.reduce((sum, { view }) => sum + view.size, 0);
  return Math.min(objects * REST_PER_OBJECT_MS, MOST_REST_MS);
}

/** Remembers a ring until somebody waits for it, so that no change between two judgements is lost. */
class Bell {
  #rings = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rings = true;
    this.#wake?.();
  }

  rung(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#rings = false;
        this.#wake = undefined;
        resolve();
      };
      if (this.#rings) wake();
      else this.#wake = wake;
    });
  }
}

/** Until the bell rings, at most this long; leaves no timer behind. */
async function restUntil(bell: Bell, clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const sleeping = clock.sleep(milliseconds, AbortSignal.any([signal, ended.signal]));
  await Promise.race([sleeping, bell.rung()]);
  ended.abort();
}

async function judge(
  input: GateInput,
  views: readonly { key: string; view: View }[],
): Promise<Judgement & { trial?: boolean; unread?: boolean; warnings?: readonly string[] }> {
  const problems = views.flatMap(({ view }) => view.problem ?? []);
  const final = [...new Set(problems.filter((problem) => problem.final).map(({ message }) => message))].join('; ');
  // Who gives rights wants to hear of all that are missing at once, whichever answer came first.
  if (final !== '' && views.every(({ view }) => view.synced || view.problem !== undefined))
    return { state: 'failed', detail: final };
  if (final !== '') return { ...waiting(final), unread: true };
  if (problems[0] !== undefined) return waiting(problems[0].message);
  const unread = views.find(({ view }) => !view.synced);
  if (unread !== undefined) {
    const { kind, cluster } = unread.view.watched;
    return { ...waiting(`${kind} objects of ${cluster} could not be read`), unread: true };
  }
  const seen = Object.fromEntries(views.map(({ key, view }) => [key, view.objects()]));
  const judgement = input.gate.judge(seen);
  if (judgement.state !== 'passed') return judgement;
  const trial = input.gate.trial?.(seen);
  if (trial === undefined) return { ...judgement, warnings: input.gate.warnings?.(seen) ?? [] };
  return { ...(await tryCreate(input, trial)), trial: true };
}

/** Whether the server would take the object; one of the same name that is there already proves it as well. */
async function tryCreate(
  input: GateInput,
  { cluster, object }: NonNullable<ReturnType<NonNullable<Gate['trial']>>>,
): Promise<Judgement> {
  const what = `a trial ${object.kind} in ${object.apiVersion}`;
  try {
    const resource = await input.resources(cluster, groupOf(object.apiVersion), object.kind, versionOf(object.apiVersion));
    if (resource === undefined) return waiting(`${cluster} does not serve ${object.apiVersion} ${object.kind} yet`);
    await connectionTo(input.clusters, cluster).create(resource, object, { dryRun: true });
    return { state: 'passed', detail: '' };
  } catch (error: unknown) {
    if (!(error instanceof ClusterError)) throw error;
    return error.cause === 'conflict' ? { state: 'passed', detail: '' } : waiting(`${what} is refused: ${error.message}`);
  }
}
