import type { Verb } from './verb.ts';

/** A command line, parsed: values of flags by name. */
export interface Invocation<Of extends Verb = Verb> {
  verb: Of;
  /** Those between the command and its flags. */
  words: readonly string[];
  text(name: string): string | undefined;
  list(name: string): string[];
  on(name: string): boolean;
  /** A positive number of a flag; throws UserError for anything else. */
  number(name: string): number;
}
