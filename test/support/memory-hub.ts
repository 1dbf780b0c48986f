import { createHash } from 'node:crypto';
import { type BranchCommit, type BranchHistory, ForgeError, type PullRequest } from '../../src/ports/forge.ts';
import { changed, mergedFiles, type Tree, treeId } from './memory-trees.ts';

export interface MemoryCommit {
  sha: string;
  parents: string[];
  files: Tree;
  message: string;
  author: string;
  /** Made through the forge by the tool, which the forge signs: nobody else can make one that looks so. */
  signed: boolean;
  /** Commits are made one after another: a parent has a lower place than its children. */
  place: number;
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

interface Pull extends PullRequest {
  body: string;
}

/**
 * A forge with its git repository in memory: commits, branches, pull requests, three-way merges file by file. Made to run many
 * thousand histories in seconds; what GitHub answers in detail is the business of the twin in lab/github.
 */
export class MemoryHub {
  readonly commits = new Map<string, MemoryCommit>();
  readonly branches = new Map<string, string>();
  readonly pulls: Pull[] = [];
  /** Every commit that was the head of main, oldest first. */
  readonly mainHistory: string[] = [];
  /** Called before each request of the tool: what it throws is the answer. */
  onRequest: (name: string) => void = () => undefined;

  /** The same history in a hub of its own. */
  fork(): MemoryHub {
    const copy = new MemoryHub();
    for (const [sha, commit] of this.commits) copy.commits.set(sha, commit);
    for (const [branch, sha] of this.branches) copy.branches.set(branch, sha);
    copy.pulls.push(...this.pulls.map((pull) => ({ ...pull })));
    copy.mainHistory.push(...this.mainHistory);
    return copy;
  }

  commit(input: { parents: string[]; files: Tree; message: string; author?: string; signed?: boolean }): MemoryCommit {
    const { parents, files, message, author = 'ada', signed = false } = input;
    const place = this.commits.size;
    const sha = createHash('sha1')
      .update(JSON.stringify([place, parents, message, author, signed, treeId(files, '')]))
      .digest('hex');
    const commit = { sha, parents, files, message, author, signed, place };
    this.commits.set(sha, commit);
    return commit;
  }

  move(branch: string, sha: string): void {
    this.branches.set(branch, sha);
    if (branch === 'main') this.mainHistory.push(sha);
  }

  at(sha: string): MemoryCommit {
    const commit = this.commits.get(sha);
    if (commit === undefined) throw new Error(`no commit ${sha}`);
    return commit;
  }

  get main(): MemoryCommit {
    return this.at(this.branches.get('main') ?? '');
  }

  /** A person's commit on a branch: path → text, or undefined to remove it. */
  push(branch: string, change: Readonly<Record<string, string | undefined>>, message = 'edit', author = 'ada'): MemoryCommit {
    const before = this.at(this.branches.get(branch) ?? '');
    const commit = this.commit({ parents: [before.sha], files: changed(before.files, change), message, author });
    this.move(branch, commit.sha);
    return commit;
  }

  /** Merges a commit into main as a pull request does; false where GitHub refuses. */
  merge(sha: string, method: MergeMethod): boolean {
    const { main } = this;
    const known = this.ancestors(main.sha);
    if (known.has(sha)) return false;
    if (method === 'rebase') return this.#rebase(sha, known);
    const files = mergedFiles(this.#mergeBase(main.sha, sha).files, main.files, this.at(sha).files);
    if (files === undefined) return false;
    const { message } = this.at(sha);
    const parents = method === 'merge' ? [main.sha, sha] : [main.sha];
    this.move('main', this.commit({ parents, files, message: `Merge: ${message}` }).sha);
    return true;
  }

  #rebase(sha: string, known: ReadonlySet<string>): boolean {
    let { main } = this;
    for (const { parents, files, message, author } of this.#missing(sha, known)) {
      if (parents.length !== 1) return false;
      const next = mergedFiles(this.at(parents[0] ?? '').files, main.files, files);
      if (next === undefined) return false;
      main = this.commit({ parents: [main.sha], files: next, message, author });
    }
    this.move('main', main.sha);
    return true;
  }

  mergePull(number: number, method: MergeMethod): boolean {
    const pull = this.pulls.find((candidate) => candidate.number === number && candidate.open);
    const head = pull === undefined ? undefined : this.branches.get(pull.headBranch);
    if (pull === undefined || head === undefined || !this.merge(head, method)) return false;
    Object.assign(pull, { open: false, merged: true });
    return true;
  }

  /** Git's revert of a commit of main: what it did to its first parent is undone; false for a conflict or nothing to do. */
  revert(sha: string): boolean {
    const { files, parents, message } = this.at(sha);
    const before = parents[0];
    if (before === undefined) return false;
    const next = mergedFiles(files, this.main.files, this.at(before).files);
    if (next === undefined || treeId(next, '') === treeId(this.main.files, '')) return false;
    this.move('main', this.commit({ parents: [this.main.sha], files: next, message: `Revert: ${message}` }).sha);
    return true;
  }

  /** GitHub's “Update branch”: merges main into it. */
  updateBranch(branch: string): boolean {
    const head = this.branches.get(branch);
    if (head === undefined || this.ancestors(head).has(this.main.sha)) return false;
    const files = mergedFiles(this.#mergeBase(head, this.main.sha).files, this.at(head).files, this.main.files);
    if (files === undefined) return false;
    this.move(branch, this.commit({ parents: [head, this.main.sha], files, message: 'Merge branch main' }).sha);
    return true;
  }

  deleteBranch(branch: string): void {
    this.branches.delete(branch);
    for (const pull of this.pulls) if (pull.headBranch === branch) pull.open = false;
  }

  openPull(): Pull | undefined {
    return this.pulls.find(({ open }) => open);
  }

  ancestors(sha: string): Set<string> {
    const seen = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...this.at(next).parents);
    }
    return seen;
  }

  /** How a commit or branch stands to another, and who made what. Throws ForgeError for one that is not there. */
  history(base: string, head: string): BranchHistory {
    const [from, to] = [base, head].map((name) => this.branches.get(name) ?? name) as [string, string];
    if (!this.commits.has(from) || !this.commits.has(to))
      throw new ForgeError('no such commit', { reason: 'not-found', hint: 'look' });
    const known = this.ancestors(from);
    const commits = this.#missing(to, known).map(branchCommit);
    const behind = this.#missing(from, this.ancestors(to)).length > 0;
    const status = commits.length === 0 ? (behind ? 'behind' : 'identical') : behind ? 'diverged' : 'ahead';
    return { status, commits, mergeBase: this.#mergeBase(from, to).sha, signsBots: true };
  }

  #missing(sha: string, known: ReadonlySet<string>): MemoryCommit[] {
    const found = [...this.ancestors(sha)].filter((each) => !known.has(each)).map((each) => this.at(each));
    return found.sort((a, b) => a.place - b.place);
  }

  #mergeBase(one: string, other: string): MemoryCommit {
    const known = this.ancestors(one);
    const common = [...this.ancestors(other)].filter((sha) => known.has(sha)).map((sha) => this.at(sha));
    return common.reduce((best, next) => (next.place > best.place ? next : best));
  }
}

function branchCommit({ sha, message, parents, author, signed, files }: MemoryCommit): BranchCommit {
  const account = author.endsWith('[bot]') ? 'bot' : 'user';
  const facts = { account, committer: author, tree: treeId(files, '') ?? '', signature: signed ? 'forge' : 'none' } as const;
  return { sha, url: `https://forge.example/commit/${sha}`, message, parents, author, ...facts };
}
