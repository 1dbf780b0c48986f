/** Something in a work tree that is neither a plain file nor a plain folder of its repository. */
export interface Oddity {
  /** Relative to the declaration's folder, with '/'. */
  path: string;
  /**
   * link: a symbolic link (on Windows a junction too); it is never followed. special: a pipe, a device or a socket. repository: a
   * folder with a repository of its own, as a submodule is. crowd: more files, or more levels of folders, than are looked through. nameless: its name is not text
   * (no UTF-8), so that nothing can be read under the name that is shown.
   */
  kind: 'link' | 'special' | 'repository' | 'crowd' | 'nameless';
}

/** What a path of the work tree is, and what lies below it. */
export interface PathFacts {
  /** It leads out of the work tree by its words; then nothing was looked at. */
  outside: boolean;
  /** The work tree is that of a git repository; without one it is the declaration's folder. */
  inRepository: boolean;
  /** On the way from the top of the work tree to the path, the path itself, and below it. */
  oddities: Oddity[];
}
