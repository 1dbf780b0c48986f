import pMap from 'p-map';
import type { Measurement } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import { type Observation, readObservations } from './observation.ts';
import { type PingOptions, pingCommand, portions } from './ping-command.ts';
import type { Place, Shell, ShellResult } from './shell.ts';

/** One exec per pod at a time, few per cluster: above about 30 at once a node's runtime answers them one by one. */
const EXECS_PER_CLUSTER = 8;
const EXECS_AT_ONCE = 32;
/** Only what could not be measured is tried again; loss is an answer. */
const ATTEMPTS = 3;
const PAUSE = 300;
/** Beyond the bound of a ping: starting 200 processes and carrying their output. Milliseconds. */
const EXEC_MARGIN = 22_000;

/** A pod that pings, and whom. */
export interface Source extends Place {
  targets: readonly string[];
  /** Those of them that should answer. */
  awaited?: ReadonlySet<string>;
}

export interface RoundInput {
  clock: Clock;
  signal: AbortSignal;
  /** Makes the nonce of each exec unique in the run. */
  run: string;
  shell: Shell;
  /** Told what a source has seen as soon as it has. */
  seen?: (pod: string, address: string, ping: Measurement) => void;
}

/** What a round has seen, by pod, then by target address. */
export type Round = ReadonlyMap<string, ReadonlyMap<string, Observation>>;

/** Pings all targets of all sources, one exec per source and portion. Never throws. */
export async function pingRound(sources: readonly Source[], options: PingOptions, input: RoundInput): Promise<Round> {
  const results = await fromEach(sources, async (source) => [source.pod, await pingFrom(source, options, input)] as const);
  return new Map(results);
}

/** Does something for each source, with no more at once than a cluster's nodes can take. */
export async function fromEach<S extends Place, T>(sources: readonly S[], work: (source: S) => Promise<T>): Promise<T[]> {
  const groups = [...Map.groupBy(sources, ({ cluster }) => cluster).values()];
  // Every cluster has its turn from the start: one that waited for others would be measured at another time than they.
  const perCluster = Math.min(EXECS_PER_CLUSTER, Math.max(1, Math.floor(EXECS_AT_ONCE / groups.length)));
  const results = await pMap(groups, (group) => pMap(group, work, { concurrency: perCluster }), {
    concurrency: EXECS_AT_ONCE,
  });
  return results.flat();
}

async function pingFrom(source: Source, options: PingOptions, input: RoundInput): Promise<Map<string, Observation>> {
  const all = new Map<string, Observation>();
  for (const [at, targets] of portions([...new Set(source.targets)]).entries()) {
    for (const [target, measurement] of await pingPortion(source, targets, at, options, input)) {
      all.set(target, measurement);
      input.seen?.(source.pod, target, measurement.ping);
    }
  }
  return all;
}

async function pingPortion(
  source: Source,
  targets: readonly string[],
  portion: number,
  options: PingOptions,
  { clock, signal, run, shell }: RoundInput,
): Promise<Map<string, Observation>> {
  let why = 'interrupted';
  for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt++) {
    const { command, sentinel } = pingCommand(targets, `${run}-${portion}-${attempt}-${clock.now().toString(36)}`, options);
    const began = clock.ticks();
    const awaited = targets.filter((target) => source.awaited?.has(target));
    const result = await shell.run(source, { command, sentinel, deadline: deadlineOf(options), awaited }, signal);
    if (result.status === 'complete') return observations(result, targets);
    why = result.reason;
    // Whatever has hung once until its deadline hangs again.
    if (clock.ticks() - began >= deadlineOf(options)) break;
    // Apart, so that sources that failed together do not come back together.
    if (attempt < ATTEMPTS) await clock.sleep(PAUSE * attempt + (spread(source.pod) % PAUSE), signal);
  }
  return new Map(targets.map((target) => [target, { ping: { status: 'inconclusive', reason: why } }]));
}

/** What they say, with the addresses that it was said from where those are not the probe's. */
function observations({ stdout, stderr, from }: ShellResult, targets: readonly string[]): Map<string, Observation> {
  const seen = readObservations(stdout, targets, stderr);
  return from === undefined ? seen : new Map([...seen].map(([target, each]) => [target, { ...each, from }]));
}

function deadlineOf({ bound }: PingOptions): number {
  return bound * 1000 + EXEC_MARGIN;
}

function spread(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) % 9973;
  return sum;
}
