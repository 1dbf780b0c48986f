import type { Finding } from './finding.ts';
import type { Family } from './fleet.ts';

/** An endpoint of the matrix: `network` is 'default' or `namespace/name` as that cluster knows it. */
export interface Endpoint {
  cluster: string;
  network: string;
  /** The node that its probe runs on; absent unless there is a probe per node. */
  node?: string;
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
  /** Mean difference of one round trip to the next; absent where fewer than two are known. */
  jitter?: number;
}

/** How a TCP connection to the probe's listener went. */
export type TcpResult = 'connected' | 'refused' | 'timeout' | 'wrong-peer';

export interface TcpObservation {
  result: TcpResult;
  /** The source address that the listener saw, where it is not the probe's own: it was translated on the way. */
  seenAs?: string;
}

/** By what a cluster's probes were told what to do: exec, or arguments of pods whose logs are read. */
export type Means = 'exec' | 'logs';

/** What pings go out by: a ping socket, a raw socket (NET_RAW, where the declaration allows it); or TCP alone. */
export type EchoMeans = 'ping-socket' | 'raw-socket' | 'tcp';

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
  tcp?: TcpObservation;
  /** Bytes. */
  mtu?: number;
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
  /** Absent: not tried, or not known. */
  tcp?: TcpObservation;
  /** Bytes of the largest IP packet that passes without being fragmented; absent: not tried, or not known. */
  mtu?: number;
  /** Against the matrix that was kept; absent: as before. A broken path of which nothing was kept is newly broken. */
  change?: PathChange;
  /** What the path was before it changed, or broke. */
  before?: Pick<PairVerdict, 'verdict' | 'rttMs'>;
  /** Since when it is broken (RFC 3339); absent: it is not, or no earlier run says so. */
  since?: string;
  /** Of a slower path: what it took in earlier runs, and in the last ones. */
  slowdown?: { before: RoundTrips; now: RoundTrips };
  reason: string;
}

/** Round trips of one or more runs: how many, and their median in milliseconds. */
export interface RoundTrips {
  samples: number;
  median: number;
}

export type PathChange = 'newly-broken' | 'repaired' | 'slower';

/** How the probes of a cluster measured. */
export interface MeansOfCluster {
  cluster: string;
  means: Means;
  echo: EchoMeans;
  /** Why it was not exec and a ping socket. */
  reason?: string;
}

/** What a path depends on, in that order: the first that is not as it should be explains the rest. */
export const RUNGS = ['api', 'probe', 'namespace', 'network', 'router', 'vrouter', 'policy', 'mtu', 'path'] as const;

export type Rung = (typeof RUNGS)[number];

/** Why paths are not as declared or could not be judged: said once for all that have the cause. */
export interface Diagnosis {
  rung: Rung;
  /** Its paths are as declared, and yet this is worth a look. Absent: it is why they are not, or are not known. */
  severity?: 'warning';
  /** The object, its state, and what was expected: a sentence without a full stop. */
  cause: string;
  /** What it is about; absent where that is not an object. */
  object?: { cluster: string; kind: string; namespace?: string; name: string };
  /** To look at it, with the kubeconfig of that cluster. */
  command?: string;
  paths: DiagnosedPath[];
}

export type DiagnosedPath = Pick<PairVerdict, 'source' | 'target' | 'family'>;

/** The matrix that the central cluster has kept, of which each path was as declared when it was last good. */
export interface Baseline {
  /** When the last run was kept: RFC 3339, UTC. */
  at: string;
  runId: string;
}

/** What `smoke --format json` prints. */
export interface SmokeDocument {
  schemaVersion: 1;
  fleet: string;
  emulated: boolean;
  /** When it began to measure: RFC 3339, UTC. Absent: nothing was measured. */
  at?: string;
  /** What the smoke test made and could not remove, as cluster/kind/namespace/name. Absent: all of it is gone. */
  leftovers?: string[];
  pairs: PairVerdict[];
  /** By what was measured, per cluster; absent: nothing was. */
  means?: MeansOfCluster[];
  /** The matrix that this one is compared with; absent: there is none. */
  baseline?: Baseline;
  /** Absent: nothing is red or unknown, nor worth a look. */
  diagnoses?: Diagnosis[];
  /** Why nothing was measured: rendered/ is not what was rendered. Absent: it is. */
  findings?: Finding[];
}
