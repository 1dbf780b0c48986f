import type { Twin } from './twin.ts';

/** What a person does on the pages of a pull request or an issue, through the API. */
export interface ForgeClient {
  openPull(input: { title: string; head: string; base: string; body?: string }): Promise<number>;
  /** Merges with a merge commit; gives the commit. */
  mergePull(number: number): Promise<string>;
  get(path: string): Promise<unknown>;
}

/** Acts on one repository (owner/name) of the twin with a person's token. Rejects with GitHub's words. */
export function forgeClient(twin: Twin, repository: string, token: string): ForgeClient {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${twin.apiUrl}/repos/${repository}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${(answer as { message?: string }).message ?? ''}`);
    return answer;
  };
  return {
    openPull: async (input) => ((await ask('POST', '/pulls', input)) as { number: number }).number,
    mergePull: async (number) => ((await ask('PUT', `/pulls/${number}/merge`, {})) as { sha: string }).sha,
    get: (path) => ask('GET', path),
  };
}
