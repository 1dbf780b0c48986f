import { setTimeout as sleep } from 'node:timers/promises';
import { askIfReachable } from './administrator.ts';
import type { Daemon } from './daemon.ts';

/** Returns when a kube-apiserver is ready to serve; throws with the last lines of its log when it ends or is not ready in 60 s. */
export async function serverReady(url: string, server: Daemon): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.process.exitCode !== null) throw new Error(`kube-apiserver ended:\n${await server.tail()}`);
    const answer = await askIfReachable(`${url}/readyz`);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`kube-apiserver did not become ready in 60 s:\n${await server.tail()}`);
}
