import { Agent, fetch } from 'undici';

/** Token of the administrator of every such server; they listen on this host alone. */
export const TOKEN = 'administrator-of-a-test-server';

/**
 * kubeconfig of an administrator; everything is embedded, as it has to be to travel. `authority`: certificate in base64.
 */
export function kubeconfigText(name: string, url: string, authority: string): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${name}`,
    'clusters:',
    `- name: ${name}`,
    `  cluster: {server: "${url}", certificate-authority-data: ${authority}}`,
    'users:',
    '- name: admin',
    `  user: {token: ${TOKEN}}`,
    'contexts:',
    `- name: ${name}`,
    `  context: {cluster: ${name}, user: admin}`,
    '',
  ].join('\n');
}

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
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  } finally {
    await dispatcher.close();
  }
}
