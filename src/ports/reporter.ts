import type { ExpectedPair } from '../model/smoke.ts';

/** What happens while a command runs. The terminal shows stages live; elsewhere each finished event is one line on stderr. */
export type Progress =
  | { type: 'note'; text: string }
  | { type: 'warning'; text: string }
  /** A unit of work of a stage; `key` identifies it over its states. */
  | {
      type: 'step';
      key: string;
      cluster: string;
      stage: string;
      text: string;
      state: 'running' | 'waiting' | 'done' | 'failed';
      detail?: string;
    }
  /** The paths that a smoke test is about to measure, for those who can watch them; none: it is over. */
  | { type: 'paths'; paths: readonly ProgressPath[] }
  /** What is known of one of them by now. */
  | { type: 'path'; path: ProgressPath; state: PathState };

export type ProgressPath = Pick<ExpectedPair, 'source' | 'target' | 'family'>;

export type PathState = 'as-declared' | 'not-as-declared' | 'unknown';

export interface Reporter {
  progress(event: Progress): void;
}
