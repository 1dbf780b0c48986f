import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Twin } from './twin.ts';

/**
 * Hands a twin that has a folder of its own over to a process that outlives this one, at the same address. Gives its process
 * id; SIGTERM ends it. Rejects when it does not come up.
 */
export async function keepTwin(twin: Twin): Promise<number> {
  const { folder, port, url } = twin;
  await twin[Symbol.asyncDispose]();
  const log = join(folder, 'twin.log');
  const output = await open(log, 'w');
  const script = join(import.meta.dirname, 'serve.ts');
  const args = ['--disable-warning=ExperimentalWarning', script, '--folder', folder, '--port', String(port)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
  await once(child, 'spawn');
  await output.close();
  child.unref();
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    if (await answers(url)) return child.pid!;
    await sleep(100);
  }
  throw new Error(`the twin did not start again at ${url}: ${await readFile(log, 'utf8')}`);
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/api/v3/rate_limit`).then(
    (response) => response.ok,
    () => false,
  );
}
