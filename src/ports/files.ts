/** Files below one root (the folder of the declaration). Paths are relative, with '/'. */
export interface Files {
  /** Undefined when there is no such file. Throws for anything else (permission, I/O). */
  read(path: string): Promise<string | undefined>;
  /** Every file below a folder, recursively, sorted, relative to the root. An absent folder has none. */
  list(folder: string): Promise<string[]>;
  /**
   * Writes and removes so that a failure (disk full) leaves each file either as it was or as it should be: everything is
   * written beside its place first and renamed only when all of it is on disk.
   */
  change(write: Record<string, string>, remove: readonly string[]): Promise<void>;
}
