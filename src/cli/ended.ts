import type { Options } from '../commands/context.ts';
import type { Condition } from '../model/outcome.ts';
import type { ForgeError } from '../ports/forge.ts';
import type { Outputs } from './action-outputs.ts';
import type { Document } from './reports.ts';

/** What a verb ends with. */
export interface Ended {
  made: Document;
  conditions: Condition[];
  /** Outputs of the step, beside those that every command sets. */
  outputs?: Outputs;
  /** What could not be written to GitHub. */
  failures?: readonly ForgeError[];
}

export interface RunOptions extends Options {
  /** A path of the command line, relative to the declaration's folder. */
  local(path: string): string;
}
