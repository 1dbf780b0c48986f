import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What of a checkout an Action needs at run time; node_modules is not part of a published Action. */
const PARTS = ['action.yml', 'dist', 'node', 'schema', 'workflows', 'package.json', 'LICENSE'];

/**
 * A folder with the checkout's Action as it would be published: the files that git knows or would add, as they are now.
 * The caller disposes of it.
 */
export async function publishedAction(checkout: string): Promise<{ folder: string } & AsyncDisposable> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...PARTS];
  const { stdout } = await run('git', ['-C', checkout, ...list], { maxBuffer: 16 * 1024 * 1024 });
  const folder = await mkdtemp(join(tmpdir(), 'cn2-fleet-action-'));
  for (const path of stdout.split('\0').filter((name) => name !== '')) {
    await cp(join(checkout, path), join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error; // removed, but not yet for git
    });
  }
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
