import type { DeclarationNames } from '../declare/roots.ts';
import type { Files } from '../ports/files.ts';
import type { RunPorts } from '../rollout/run-ports.ts';
import type { SurveyPorts } from '../survey/survey-ports.ts';

/** The outside world of a command. */
export interface Ports extends SurveyPorts, RunPorts {
  /** Rooted in the folder of the declaration. */
  files: Files;
}

/** Flags that all commands share. */
export interface Options extends DeclarationNames {
  /** The rendered folder, relative to the declaration's folder. */
  rendered: string;
  /** Clusters that the run is narrowed to; empty: all. */
  only: readonly string[];
  /** Clusters that are read at the same time. */
  concurrency: number;
  /** Of this program: recorded in what it renders for approval. */
  version: string;
}
