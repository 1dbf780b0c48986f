import { HintedError } from '../model/hinted-error.ts';
import type { PathFacts } from '../model/path-facts.ts';

/**
 * Files of the work tree: below the top of the repository that holds the declaration, without a repository below the declaration's
 * folder. Paths are relative to that folder, with '/'. No link below the top is ever followed, to read or to write: what it leads to
 * is not what was merged. A path that is none of the work tree is a FilesError.
 */
export interface Files {
  /** Undefined when there is no such file. Throws for anything else (permission, I/O), FilesError for what is not UTF-8 text. */
  read(path: string): Promise<string | undefined>;
  /** Every plain file below a folder, recursively, sorted. An absent folder has none. */
  list(folder: string): Promise<string[]>;
  /** Path and text of every such file, as `list` and `read` give them. `wanted`: the others are not read, so they may hold anything. */
  readAll(folder: string, wanted?: (path: string) => boolean): Promise<[path: string, text: string][]>;
  /** What a path is, and whatever on the way to it or below it is not a plain file or folder. An absent path has nothing odd. */
  survey(path: string): Promise<PathFacts>;
  /** The one shortest way to write a path, as `list` writes it: what leads out of the declaration's folder and back in does not leave it. */
  spelling(path: string): string;
  /**
   * Writes and removes so that a failure (disk full) leaves each file either as it was or as it should be: everything is
   * written beside its place first and renamed only when all of it is on disk.
   */
  change(write: Record<string, string>, remove: readonly string[]): Promise<void>;
}

/** A path that is none of the work tree, or a file that is not text: a sentence and what to do. */
export class FilesError extends HintedError {
  override readonly name = 'FilesError';
}
