import type { Finding } from './finding.ts';
import type { Family } from './fleet.ts';

/** An endpoint of the matrix: `network` is 'default' or `namespace/name` as that cluster knows it. */
export interface Endpoint {
  cluster: string;
  network: string;
}

export type Expectation = 'reach' | 'block' | 'unspecified';

export type VerdictWord = 'ok' | 'degraded' | 'unreachable' | 'unexpectedly-reachable' | 'inconclusive' | 'not-run';

/** One ordered pair and what it must do. */
export interface ExpectedPair {
  source: Endpoint;
  target: Endpoint;
  family: Family;
  expected: Expectation;
  /** Why: the connection, or that there is none. */
  reason: string;
}

export interface Expected {
  pairs: ExpectedPair[];
}

export interface RoundTripTimes {
  min: number;
  median: number;
  p95: number;
}

/** What one source saw of one target; every field is raw observation, no judgement. */
export type Measurement =
  | { status: 'measured'; sent: number; received: number; rttMs?: RoundTripTimes }
  /** Could not be measured although it was tried: exec cut, output truncated, tool broken. */
  | { status: 'inconclusive'; reason: string }
  /** Was not tried: image, scheduling, a network that is not Success. */
  | { status: 'not-run'; reason: string };

/** Of a path without a reply: whether the requests never came, or the replies did not come back. */
export type LostWay = 'requests' | 'replies';

export interface MeasuredPair {
  source: Endpoint;
  target: Endpoint;
  family: Family;
  measurement: Measurement;
  /** Absent: it is not silent, or that is not known. */
  lost?: LostWay;
}

/**
 * What makes a source's silence count: a probe that cannot ping itself, or nobody in its own network, has proved nothing
 * about the others.
 */
export interface SourceProof {
  source: Endpoint;
  family: Family;
  /** Ping of 127.0.0.1 or ::1 in the probe: anything but no loss is a broken tool. */
  self: Measurement;
  /** Ping of another address in the source's own virtual network. Absent for default pod networks. */
  sameNetwork?: Measurement;
}

export interface PairVerdict {
  source: Endpoint;
  target: Endpoint;
  family: Family;
  expected: Expectation;
  verdict: VerdictWord;
  sent: number;
  received: number;
  rttMs?: RoundTripTimes;
  lost?: LostWay;
  reason: string;
}

/** What a path depends on, in that order: the first that is not as it should be explains the rest. */
export const RUNGS = ['probe', 'namespace', 'network', 'router', 'vrouter', 'path'] as const;

export type Rung = (typeof RUNGS)[number];

/** Why paths are not as declared or could not be judged: said once for all that have the cause. */
export interface Diagnosis {
  rung: Rung;
  /** The object, its state, and what was expected: a sentence without a full stop. */
  cause: string;
  /** What it is about; absent where that is not an object. */
  object?: { cluster: string; kind: string; namespace?: string; name: string };
  /** To look at it, with the kubeconfig of that cluster. */
  command?: string;
  paths: DiagnosedPath[];
}

export type DiagnosedPath = Pick<PairVerdict, 'source' | 'target' | 'family'>;

/** What `smoke --format json` prints. */
export interface SmokeDocument {
  schemaVersion: 1;
  fleet: string;
  emulated: boolean;
  /** What the smoke test made and could not remove, as cluster/kind/namespace/name. Absent: all of it is gone. */
  leftovers?: string[];
  pairs: PairVerdict[];
  /** Absent: nothing is red or unknown. */
  diagnoses?: Diagnosis[];
  /** Why nothing was measured: rendered/ is not what was rendered. Absent: it is. */
  findings?: Finding[];
}
