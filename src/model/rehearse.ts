import type { ApplyDocument } from './apply.ts';
import type { Finding } from './finding.ts';
import type { Interruption } from './interruption.ts';
import type { Plan } from './plan.ts';
import type { DiagnosedPath, SmokeDocument } from './smoke.ts';

/**
 * passed: applied, and every path is as declared. broken: applied, and a path is not. failed: it could not be brought up, applied or judged
 * to the end. refused: a rule is broken. nothing: nothing that is rendered changes.
 */
export const REHEARSAL_OUTCOMES = ['passed', 'broken', 'failed', 'refused', 'nothing'] as const;

export type RehearsalOutcome = (typeof REHEARSAL_OUTCOMES)[number];

/** A while, RFC 3339 with milliseconds, UTC. */
export interface While {
  from: string;
  to: string;
}

/** Pings of a path that were lost one after another. */
export interface LostPings extends While {
  lost: number;
  /** So many pings' worth of time. */
  seconds: number;
  /** Nobody has answered since, until the look ended. */
  lasting?: true;
  /** What the plan says that its changes interrupt there; empty: nothing, so it was not to be expected. */
  planned: Interruption[];
}

/** What a ping along a path saw while the change was applied. */
export interface PathContinuity extends DiagnosedPath {
  sent: number;
  interruptions: LostPings[];
  /** Whiles in which nobody looked: nothing can be said of them. */
  unmeasured: (While & { reason: string })[];
}

/** The paths that are to be open before and after a change, while it was applied. */
export interface Continuity extends While {
  /** Between two pings. */
  intervalMs: number;
  paths: PathContinuity[];
}

/** What `rehearse --format json` prints. */
export interface RehearsalDocument {
  schemaVersion: 1;
  fleet: string;
  outcome: RehearsalOutcome;
  /** Why it ended so, where that needs a sentence. */
  reason?: string;
  /** Absent: no lab was brought up. */
  emulated?: boolean;
  /** The commit that was brought up before the change; absent: the declaration was brought up at once. */
  from?: { ref: string; commit: string };
  /** Clusters that the lab had. */
  rehearsed: string[];
  leftOut: { cluster: string; reason: string }[];
  /** How the lab differs from what is declared, and what else a reader should know. */
  remarks: string[];
  /** Seconds of each part. */
  took: { part: string; seconds: number }[];
  /** The connectivity matrix before the change. */
  before?: SmokeDocument;
  /** What the change does to the clusters of the lab. */
  plan?: Plan;
  apply?: Omit<ApplyDocument, 'smoke'>;
  /** Absent: nothing was to go on. */
  continuity?: Continuity;
  /** The connectivity matrix at the end. */
  smoke?: SmokeDocument;
  findings: Finding[];
}
