import type { BranchCommit, BranchHistory, Forge } from '../ports/forge.ts';
import { treeOfMessage } from './branch.ts';

/**
 * The newest commit of a proposal's branch that is not ours. `history`: what the branch has and its base has not. Ours is a commit
 * with our message and exactly the rendered folder that it names, made by this account or by a bot, and vouched for by the forge where
 * the forge signs. A merge of the base that leaves the rendered folder as it was is as good, whoever made it. Outside the folder
 * either has what the base had, so that neither can bring in anything else, whatever its signature says: a bot of another
 * repository is signed for too, and anybody can push what it made.
 */
export async function foreignCommit(
  forge: Forge,
  { folder, history }: { folder: string; history: BranchHistory },
): Promise<BranchCommit | undefined> {
  const judge = new Judge(forge, folder, history);
  for (const commit of history.commits.toReversed()) {
    if (!(await judge.isOurs(commit))) return commit;
  }
  return undefined;
}

class Judge {
  readonly #forge: Forge;
  readonly #folder: string;
  readonly #signsBots: boolean;
  readonly #listed: ReadonlyMap<string, BranchCommit>;
  readonly #outside = new Map<string, Promise<string>>();

  constructor(forge: Forge, folder: string, { commits, signsBots }: BranchHistory) {
    this.#forge = forge;
    this.#folder = folder;
    this.#signsBots = signsBots;
    this.#listed = new Map(commits.map((commit) => [commit.sha, commit]));
  }

  async isOurs(commit: BranchCommit): Promise<boolean> {
    const base = this.#baseOf(commit);
    if (base === undefined) return false;
    const named = treeOfMessage(commit.message);
    const wanted = named === undefined ? await this.#mergedFolder(commit) : await this.#ownFolder(commit, named);
    return (
      wanted !== undefined &&
      wanted === (await this.#forge.treeOf(commit.sha, this.#folder)) &&
      (await this.#outsideOf(commit.sha)) === (await this.#outsideOf(base)) &&
      (await this.#goesOn(commit, base))
    );
  }

  /** The rendered folder that a commit with our message must have; undefined where the account speaks against it. */
  async #ownFolder(commit: BranchCommit, named: string): Promise<string | undefined> {
    const { author, account, committer, signature } = commit;
    const me = await this.#forge.whoami();
    const byUs = author === me || account === 'bot';
    if (!byUs || signature === 'other') return undefined;
    if (signature === 'forge') return named;
    // The forge signs nothing for people, and a server perhaps nothing at all. An address alone proves little: the rest must do.
    const mayBeUnsigned = account === 'bot' ? !this.#signsBots : committer === me;
    return mayBeUnsigned ? named : undefined;
  }

  /** The rendered folder that a merge of the base must have; undefined for what is not such a merge. */
  async #mergedFolder({ parents: [first = '', ...others] }: BranchCommit): Promise<string | undefined> {
    return others.length === 1 && this.#listed.has(first) ? this.#forge.treeOf(first, this.#folder) : undefined;
  }

  /** The newest commit of the base that a commit of the branch builds on; undefined where its parents are in no order that we make. */
  #baseOf(commit: BranchCommit | undefined): string | undefined {
    const [first, second, ...more] = commit?.parents ?? [];
    if (first === undefined || more.length > 0) return undefined;
    const own = this.#listed.get(first);
    if (second === undefined) return own === undefined ? first : this.#baseOf(own);
    return own === undefined || this.#listed.has(second) ? undefined : second;
  }

  /** The base that a merge brings in follows the one that the branch had: otherwise it would take back what lies between. */
  async #goesOn({ parents: [first = '', second] }: BranchCommit, base: string): Promise<boolean> {
    const before = second === undefined ? base : this.#baseOf(this.#listed.get(first));
    return before === base || (before !== undefined && this.#forge.contains(base, before));
  }

  #outsideOf(commit: string): Promise<string> {
    const known = this.#outside.get(commit) ?? this.#forge.treeWithout(commit, this.#folder);
    this.#outside.set(commit, known);
    return known;
  }
}
