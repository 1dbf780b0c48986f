import type { Finding } from './finding.ts';
import type { DiagnosedPath, Diagnosis, PairVerdict } from './smoke.ts';

/** Where what is known of packets comes from: the matrix that the central cluster has kept, a document of a smoke test, or nowhere. */
export interface Evidence {
  from: 'fleet' | 'file' | 'none';
  /** Why there is none, or no other; absent: it was found. */
  reason?: string;
}

/** wrong: something is not as it should be. right: measured as declared, and nothing has changed since. unknown: only packets can tell. */
export type PathState = 'wrong' | 'right' | 'unknown';

/** A path as far as it can be judged without a packet. */
export interface JudgedPath extends DiagnosedPath, Pick<PairVerdict, 'expected'> {
  state: PathState;
  /** As it was measured last; absent: never, as far as the evidence goes. */
  last?: Pick<PairVerdict, 'verdict' | 'reason'> & {
    /** RFC 3339; absent: not known. */
    at?: string;
  };
  /** Why what was measured says nothing of now: the object that has changed since. Absent: it still counts, or nothing was measured. */
  outdated?: string;
}

/** What `diagnose --format json` prints. */
export interface DiagnoseDocument {
  schemaVersion: 1;
  fleet: string;
  emulated: boolean;
  evidence: Evidence;
  paths: JudgedPath[];
  /** Absent: nothing was found. */
  diagnoses?: Diagnosis[];
  /** Why nothing was looked at: rendered/ is not what was rendered. Absent: it is. */
  findings?: Finding[];
}
