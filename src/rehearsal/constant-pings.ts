import { endpointKey, expect, pairKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Scope } from '../model/scope.ts';
import type { ExpectedPair } from '../model/smoke.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { LiveProbe } from '../probe/paths.ts';
import { CONTAINER } from '../probe/probe-pod.ts';
import { overlapping } from '../probe/routes.ts';
import type { PingRun } from './continuity.ts';
import { pingOnCommand, readPings, stopCommand, type Told } from './ping-script.ts';

/** Milliseconds. A probe lives for a quarter of an hour. */
const LONGEST = 13 * 60_000;
const STOP_DEADLINE = 10_000;
/** How long pings that were told to end may take for that. */
const END_GRACE = 5_000;
const PAUSE = 1_000;

/** A fleet, and what of it the lab has. */
export interface Scoped {
  fleet: Fleet;
  scope: Scope;
}

/** Ordered pairs that are to be open before a change and after it. */
export function lastingPairs(before: Scoped, after: Scoped): ExpectedPair[] {
  const later = new Map(expect(after.fleet, after.scope).pairs.map((pair) => [pairKey(pair), pair.expected]));
  return expect(before.fleet, before.scope).pairs.filter(
    (pair) => pair.expected === 'reach' && later.get(pairKey(pair)) === 'reach',
  );
}

/** One probe that pings on, with the addresses of its paths. */
interface Sender {
  cluster: Cluster;
  namespace: string;
  pod: string;
  paths: { pair: ExpectedPair; address: string }[];
}

export interface PingsInput {
  pairs: readonly ExpectedPair[];
  /** By endpoint. */
  probes: ReadonlyMap<string, LiveProbe>;
  run: string;
  clock: Clock;
  signal: AbortSignal;
}

/** Pings that go on until they are stopped. */
export interface ConstantPings {
  /** What they saw, by path; a path that could not be pinged at all has one run, with the reason. */
  stop(): Promise<Map<string, PingRun[]>>;
}

/**
 * Pings along each pair, an exec per source, for as long as it takes. An exec that is cut is begun again after its pings have been ended;
 * what lies between is not looked at, and its runs say so.
 */
export function startPings(input: PingsInput): ConstantPings {
  const { clock } = input;
  const runs = new Map<string, PingRun[]>(input.pairs.map((pair) => [pairKey(pair), []]));
  const senders = sendersOf(input, runs);
  const stopping = new AbortController();
  const cutting = new AbortController();
  const lanes = senders.map((sender) => pingOn(sender, runs, input, { stopping: stopping.signal, cutting: cutting.signal }));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(
        senders.map((sender, at) => told(sender, stopCommand(`${input.run}-s${at}`), STOP_DEADLINE, input.signal)),
      );
      const patience = new AbortController();
      await Promise.race([Promise.all(lanes), clock.sleep(END_GRACE, patience.signal)]);
      patience.abort();
      cutting.abort();
      await Promise.all(lanes);
      return runs;
    },
  };
}

async function pingOn(
  sender: Sender,
  runs: ReadonlyMap<string, PingRun[]>,
  { clock, run, signal }: PingsInput,
  { stopping, cutting }: { stopping: AbortSignal; cutting: AbortSignal },
): Promise<void> {
  const addresses = sender.paths.map(({ address }) => address);
  for (let round = 0; !stopping.aborted && !signal.aborted; round += 1) {
    // Those of an exec that was cut go on without anybody who hears them.
    if (round > 0) await told(sender, stopCommand(`${run}-c${round}`), STOP_DEADLINE, signal);
    const startedAt = clock.now();
    const command = pingOnCommand(addresses, `${run}-${round}`);
    const result = await told(sender, command, LONGEST, AbortSignal.any([signal, cutting]));
    const endedAt = clock.now();
    const reason = result.status === 'complete' ? 'the ping ended by itself' : result.reason;
    for (const [at, seen] of readPings(result.stdout, addresses.length).entries()) {
      const path = sender.paths[at];
      if (path !== undefined) runs.get(pairKey(path.pair))?.push({ startedAt, endedAt, ...seen, reason });
    }
    if (!stopping.aborted) await clock.sleep(PAUSE, AbortSignal.any([stopping, signal]));
  }
}

/** Never throws: what cannot be told is cut. */
async function told({ cluster, namespace, pod }: Sender, { command, sentinel }: Told, deadline: number, signal: AbortSignal) {
  try {
    return await cluster.exec({ namespace, pod, container: CONTAINER, command, deadline, sentinel }, signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { status: 'incomplete' as const, reason, stdout: '', stderr: '' };
  }
}

function sendersOf({ pairs, probes, clock }: PingsInput, runs: ReadonlyMap<string, PingRun[]>): Sender[] {
  const senders = new Map<string, Sender>();
  for (const pair of pairs) {
    const [source, target] = [probes.get(endpointKey(pair.source)), probes.get(endpointKey(pair.target))];
    const address = target?.state === 'ready' ? target.addresses[pair.family] : undefined;
    const reason = whyNot(source, target, pair);
    if (source?.state !== 'ready' || address === undefined || reason !== undefined) {
      const now = clock.now();
      runs
        .get(pairKey(pair))
        ?.push({ startedAt: now, endedAt: now, replies: [], reason: reason ?? 'there is no address to ping' });
      continue;
    }
    const { namespace, pod } = source.probe;
    const sender = senders.get(pod) ?? { cluster: source.cluster, namespace, pod, paths: [] };
    sender.paths.push({ pair, address });
    senders.set(pod, sender);
  }
  return [...senders.values()];
}

function whyNot(source: LiveProbe | undefined, target: LiveProbe | undefined, { family }: ExpectedPair): string | undefined {
  for (const probe of [source, target]) if (probe?.state === 'failed') return probe.reason;
  const [one, other] = [source?.probe.network?.declared, target?.probe.network?.declared];
  if (one !== undefined && other !== undefined && overlapping(one, other, family))
    return 'the addresses of both networks overlap';
  return undefined;
}
