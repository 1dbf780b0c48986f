import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a run stands. */
export interface RunCommit {
  /** In full: refs/heads/main. */
  ref: string;
  sha: string;
}

/**
 * Makes a clone of one commit of a repository, which may be a path or a URL: the given one, else the tip of the ref, which is
 * the default branch where none is given. Rejects with git's words when there is no such ref or commit.
 */
export async function cloneCommit(source: string, wanted: Partial<RunCommit>, folder: string): Promise<RunCommit> {
  const url = existsSync(source) ? pathToFileURL(source).href : source;
  await mkdir(folder, { recursive: true });
  const git = async (...words: string[]) => {
    const environment = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
    return (await run('git', ['-C', folder, ...words], { env: environment })).stdout.trim();
  };
  const ref = wanted.ref ?? /^ref: (\S+)\s+HEAD$/m.exec(await git('ls-remote', '--symref', url, 'HEAD'))?.[1];
  if (ref === undefined) throw new Error(`${source} has no default branch`);
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', url);
  await git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', wanted.sha ?? ref);
  await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return { ref, sha: await git('rev-parse', 'HEAD') };
}
