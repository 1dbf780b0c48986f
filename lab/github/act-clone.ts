import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Makes a clone of the one commit that a ref has; gives its id. Rejects with git's words when there is no such ref. */
export async function cloneCommit(source: string, ref: string, folder: string): Promise<string> {
  const url = existsSync(source) ? pathToFileURL(source).href : source;
  await mkdir(folder, { recursive: true });
  const git = async (...words: string[]) => {
    const environment = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
    return (await run('git', ['-C', folder, ...words], { env: environment })).stdout.trim();
  };
  await git('init', '--quiet');
  await git('remote', 'add', 'origin', url);
  await git('fetch', '--quiet', '--no-tags', '--depth=1', 'origin', ref);
  await git('checkout', '--quiet', '--detach', 'FETCH_HEAD');
  return git('rev-parse', 'HEAD');
}
