import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Takes an exclusive lock on a file, waiting as long as another process holds it. The kernel's flock, held by a child
 * that ends when its standard input closes: so a process that is killed leaves no stale lock behind. `onWait` is called
 * once when it takes longer than a second.
 */
export async function lockFile(path: string, onWait?: () => void): Promise<AsyncDisposable> {
  const holder = spawn('flock', [path, 'sh', '-c', 'echo held; exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'close');
  const failed = once(holder, 'error').then(([cause]) => {
    throw new Error(`flock (package util-linux) is needed to lock ${path}`, { cause });
  });
  const lines = createInterface({ input: holder.stdout });
  const waiting = setTimeout(() => onWait?.(), 1000);
  await Promise.race([once(lines, 'line'), failed, ended.then(() => Promise.reject(new Error(`cannot lock ${path}`)))]).finally(
    () => clearTimeout(waiting),
  );
  failed.catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      holder.stdin.end();
      await ended;
    },
  };
}
