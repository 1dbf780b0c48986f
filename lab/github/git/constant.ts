import type { GitOptions, GitResult } from './run.ts';

/** Commands whose answer depends on nothing but the objects that they name. */
const READERS = new Set(['cat-file', 'diff-tree', 'ls-tree', 'merge-base', 'merge-tree', 'rev-list', 'rev-parse']);
/** Their 1 is an answer too: no ancestor, a conflict. Of others it may mean that something is not there yet. */
const WITH_ONE = new Set(['merge-base', 'merge-tree']);
const FROM_ELSEWHERE = /^--(all|branches|tags|remotes|glob|stdin|batch|git-path|show-|is-(?!ancestor)|absolute)/;
const OBJECT = /^\^?[0-9a-f]{40}(\^\{\w+\}|:.*|\.{2,3}[0-9a-f]{40})?$/;
const TYPE = /^(blob|tree|commit|tag)$/;
/** Bytes; larger answers are rare, and asked once. */
const LARGEST = 64 * 1024;
const MOST = 5_000;

/**
 * What git has said of objects, by folder and command: an object never changes, and starting git costs more than most of its answers. An
 * answer that names a branch is never kept.
 */
export class ConstantAnswers {
  readonly #kept = new Map<string, GitResult>();

  /** The answer, from what is kept where the command allows that. */
  async of(folder: string, args: readonly string[], options: GitOptions, ask: () => Promise<GitResult>): Promise<GitResult> {
    if (!isConstant(args, options)) return await ask();
    const key = JSON.stringify([folder, ...args]);
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const result = await ask();
    if (isAnswer(args, result)) this.#keep(key, result);
    return result;
  }

  #keep(key: string, result: GitResult): void {
    if (this.#kept.size >= MOST) for (const oldest of [...this.#kept.keys()].slice(0, MOST / 10)) this.#kept.delete(oldest);
    this.#kept.set(key, result);
  }
}

/** Whether a command names objects alone, each by its whole id. */
export function isConstant([command = '', ...words]: readonly string[], { input, env }: GitOptions): boolean {
  if (input !== undefined || env !== undefined || !READERS.has(command)) return false;
  const paths = words.indexOf('--');
  const named = paths < 0 ? words : words.slice(0, paths);
  const objects = named.filter((word) => !word.startsWith('-'));
  if (named.some((word) => FROM_ELSEWHERE.test(word)) || !objects.some((word) => OBJECT.test(word))) return false;
  return objects.every((word) => OBJECT.test(word) || (command === 'cat-file' && TYPE.test(word)));
}

function isAnswer([command = '']: readonly string[], { exitCode, stdout, stderr }: GitResult): boolean {
  const isSaid = exitCode === 0 || (exitCode === 1 && WITH_ONE.has(command) && stderr === '');
  return isSaid && stdout.length <= LARGEST;
}
