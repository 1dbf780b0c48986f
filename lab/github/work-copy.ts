import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A person's clone of a repository. */
export interface WorkCopy {
  folder: string;
  git(...words: string[]): Promise<string>;
  /** Commits everything there is on a branch, made when it is new, and pushes it. */
  push(branch: string, message: string): Promise<void>;
  /** Goes to a branch as it is on the forge. */
  pull(branch: string): Promise<void>;
}

/** Makes an empty clone of a repository that may be empty, too. None of this host's git settings count. */
export async function workCopy(cloneUrl: string, folder: string, person: string): Promise<WorkCopy> {
  const name = { NAME: person, EMAIL: `${person}@users.noreply.github.com` };
  const git = async (...words: string[]) => {
    const environment = {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: name.NAME,
      GIT_AUTHOR_EMAIL: name.EMAIL,
      GIT_COMMITTER_NAME: name.NAME,
      GIT_COMMITTER_EMAIL: name.EMAIL,
    };
    // Not in this process: its server may be the one that is pushed to.
    return (await run('git', ['-C', folder, ...words], { env: environment, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  };
  await mkdir(folder, { recursive: true });
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', cloneUrl);
  return {
    folder,
    git,
    async push(branch, message) {
      if ((await git('branch', '--show-current')) !== branch) await git('checkout', '--quiet', '-B', branch);
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      await git('push', '--quiet', 'origin', branch);
    },
    async pull(branch) {
      await git('fetch', '--quiet', 'origin');
      await git('checkout', '--quiet', '-B', branch, `origin/${branch}`);
    },
  };
}
