import type { LostPings, While } from '../model/rehearse.ts';
import type { Reply } from './ping-script.ts';

/** A ping that ran for a while, milliseconds since the epoch. */
export interface PingRun {
  startedAt: number;
  endedAt: number;
  replies: readonly Reply[];
  /** How many it says that it has sent; absent: it was cut, and nobody knows what came after its last reply. */
  sent?: number;
  /** Why it was cut. */
  reason?: string;
}

export interface Observed {
  sent: number;
  interruptions: Omit<LostPings, 'planned'>[];
  unmeasured: (While & { reason: string })[];
}

/** Milliseconds in which nobody pings that are not worth a word: less than what one lost ping is. */
const SLACK = 200;

/**
 * What the pings of a path say of a while. A ping that has no reply is lost where a later one has, or where its run came to its end; what
 * nobody looked at is said, and never counts as quiet. A path that was silent before the while began says nothing.
 * @param interval seconds between two pings
 */
export function observed(runs: readonly PingRun[], { from, to }: { from: number; to: number }, interval: number): Observed {
  const told: Observed = { sent: 0, interruptions: [], unmeasured: [] };
  const unseen = (begin: number, end: number, reason: string) => {
    const [start, stop] = [Math.max(begin, from), Math.min(end, to)];
    if (stop - start > SLACK) told.unmeasured.push({ ...whileOf(start, stop), reason });
  };
  if (!runs.some(({ replies }) => replies.some(({ at }) => at <= from))) {
    unseen(from, to, runs.find(({ reason }) => reason !== undefined)?.reason ?? 'it was not answered before the change began');
    return told;
  }
  let seenUntil = from;
  let whyNot = 'nothing was pinged';
  for (const run of runs) {
    unseen(seenUntil, run.startedAt, whyNot);
    for (const gap of gapsOf(run)) {
      if (gap.to <= from || gap.from >= to) continue;
      const lasting = gap.lasting === true ? { lasting: gap.lasting } : {};
      told.interruptions.push({ ...whileOf(gap.from, gap.to), lost: gap.lost, seconds: round(gap.lost * interval), ...lasting });
    }
    const last = ordered(run.replies).at(-1);
    told.sent += run.sent ?? last?.sequence ?? 0;
    seenUntil = run.sent === undefined ? (last?.at ?? run.startedAt) : run.endedAt;
    whyNot = run.reason ?? 'the ping ended';
  }
  unseen(seenUntil, to, whyNot);
  return told;
}

interface Gap {
  from: number;
  to: number;
  lost: number;
  lasting?: true;
}

/** Where replies are missing; the last one that was sent may be on its way. */
function gapsOf({ startedAt, endedAt, replies, sent }: PingRun): Gap[] {
  const gaps: Gap[] = [];
  let last: Reply = { sequence: 0, at: startedAt };
  for (const reply of ordered(replies)) {
    const lost = reply.sequence - last.sequence - 1;
    if (lost > 0) gaps.push({ from: last.at, to: reply.at, lost });
    last = reply;
  }
  const atTheEnd = (sent ?? 0) - last.sequence - 1;
  if (atTheEnd > 0) gaps.push({ from: last.at, to: endedAt, lost: atTheEnd, lasting: true });
  return gaps;
}

/** By their numbers; one that came twice counts once. */
function ordered(replies: readonly Reply[]): Reply[] {
  const first = new Map<number, Reply>();
  for (const reply of replies) if (!first.has(reply.sequence)) first.set(reply.sequence, reply);
  return [...first.values()].sort((one, other) => one.sequence - other.sequence);
}

function whileOf(from: number, to: number): While {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
