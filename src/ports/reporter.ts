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
    };

export interface Reporter {
  progress(event: Progress): void;
}
