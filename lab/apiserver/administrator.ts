import { Agent, fetch } from 'undici';
import { ADMINISTRATOR } from './kubeconfig.ts';

/** What a server answered. */
export interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

/**
 * One request as the administrator. The server's certificate is not looked at: it is self-signed, and not known yet when the server is
 * first asked. Rejects when the server cannot be reached.
 */
export async function askAsAdministrator(url: string, body?: object): Promise<Answer> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const answer = await fetch(url, {
      dispatcher,
      headers: { authorization: `Bearer ${ADMINISTRATOR}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  } finally {
    await dispatcher.close();
  }
}

/** The same of a server that may not be up yet; undefined where nothing answers. */
export async function askIfReachable(url: string, body?: object): Promise<Answer | undefined> {
  return await askAsAdministrator(url, body).catch(() => undefined);
}
