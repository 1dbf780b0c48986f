import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import type { Daemon } from './daemon.ts';
import { ADMINISTRATOR } from './kubeconfig.ts';

/** One request as the administrator to a server whose certificate is not known yet; undefined where nothing answers. */
export async function askAsAdministrator(
  url: string,
  request: { method?: string; body?: string } = {},
): Promise<{ status: number; ok: boolean; text: string } | undefined> {
  // The server's own self-signed certificate is not known yet when it is first asked.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const answer = await fetch(url, {
      ...request,
      dispatcher,
      headers: { authorization: `Bearer ${ADMINISTRATOR}`, 'content-type': 'application/json' },
    });
    return { status: answer.status, ok: answer.ok, text: await answer.text() };
  } catch {
    return undefined;
  } finally {
    await dispatcher.close();
  }
}

/** Returns when a kube-apiserver is ready to serve; throws with the last lines of its log when it ends or is not ready in 60 s. */
export async function serverReady(url: string, server: Daemon): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.process.exitCode !== null) throw new Error(`kube-apiserver ended:\n${await server.tail()}`);
    if ((await askAsAdministrator(`${url}/readyz`))?.ok) return;
    await sleep(50);
  }
  throw new Error(`kube-apiserver did not become ready in 60 s:\n${await server.tail()}`);
}
