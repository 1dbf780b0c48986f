import type { PairVerdict, RoundTrips, RoundTripTimes, VerdictWord } from './smoke.ts';

/** What is remembered of a path. A run that could not judge it, or found it broken, takes nothing away of when it was good. */
export interface KeptPath {
  /** As the last run that was about it found it, judged or not; without its comparison with what was before. */
  last: PairVerdict;
  /** When that was (RFC 3339). */
  at: string;
  runId: string;
  /** When it was last as declared; absent: never yet. */
  good?: { at: string; rttMs?: RoundTripTimes };
  /** Absent: as declared when it was last judged, or never judged. */
  red?: {
    /** RFC 3339. */
    since: string;
    /** The worst that it has been since. */
    verdict: VerdictWord;
    /** Digest of the plan that was begun and not proven when it broke; absent: nothing was open. */
    change?: string;
  };
  /** Of the last runs in which it was as declared and answered, the oldest first. Absent: none. */
  roundTrips?: RoundTrips[];
}

/** The connectivity matrix of a fleet as its central cluster keeps it, for the next run to compare with. */
export interface KeptMatrix {
  schemaVersion: 1;
  fleet: string;
  /** Identity of the central cluster: uid of its namespace kube-system. */
  central: string;
  /** When it was last added to (RFC 3339), and by which run. */
  at: string;
  runId: string;
  /** Digest of which paths were declared then and what was expected of them. */
  expectations: string;
  paths: KeptPath[];
}
