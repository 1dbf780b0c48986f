/** A commit that a branch has and its base lacks. */
export interface BranchCommit {
  sha: string;
  url: string;
  message: string;
  parents: string[];
  /** Login, or the name in the commit where no account belongs to it. */
  author: string;
  /** What the author's address belongs to; anybody may write any address into a commit. */
  account: 'bot' | 'user' | 'none';
  /** As `author`. */
  committer: string;
  /** Sha of the git tree. */
  tree: string;
  /** forge: made through the forge, which vouches for the author. other: somebody else's signature, or one that is not valid. */
  signature: 'forge' | 'none' | 'other';
}

/** How a commit stands to another one. behind: it is an ancestor of the other. */
export interface CommitComparison {
  status: 'identical' | 'ahead' | 'behind' | 'diverged';
  /** What `head` has and `base` lacks, oldest first. */
  commits: BranchCommit[];
}

/** What a branch has and its base lacks, with all it takes to say who made it. */
export interface BranchHistory extends CommitComparison {
  /** The newest commit that both have. */
  mergeBase: string;
  /** Whether the forge signs what bots commit through it: a server of somebody's own need not. */
  signsBots: boolean;
}

/** What is written to some files and removed of them. Paths from the top of the repository. */
export interface FileChanges {
  write: Readonly<Record<string, string>>;
  remove: readonly string[];
}

/** A file of a git tree. */
export interface TreeFile {
  /** From the tree that was asked for. */
  path: string;
  /** As git writes it: 100644 and 100755 are files, 120000 a symbolic link, 160000 a submodule, 040000 a folder. */
  mode: string;
  sha: string;
}

export interface NewCommit {
  /** The first one gives the files that are not named here. */
  parents: string[];
  /** The commit whose files are taken over, where it is not the first parent. */
  filesOf?: string;
  /** A folder that is taken over whole from another commit, which has it. */
  folderOf?: { folder: string; commit: string };
  message: string;
  /** A line below the message that names the git tree of a folder in the new commit. */
  trailer?: { folder: string; line(tree: string): string };
  /** Path from the top of the repository → text. */
  write: Record<string, string>;
  remove: string[];
}
