import { Agent, fetch } from 'undici';
import { ADMINISTRATOR } from '../../lab/apiserver/kubeconfig.ts';

/** One request to a server as its administrator. */
export async function asAdministrator(url: string, method: string, body: object, type = 'application/json'): Promise<string> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  try {
    const headers = { authorization: `Bearer ${ADMINISTRATOR}`, 'content-type': type };
    const answer = await fetch(url, { method, dispatcher, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${url}: ${text}`);
    return text;
  } finally {
    await dispatcher.close();
  }
}
