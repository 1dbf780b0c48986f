import { text } from 'node:stream/consumers';
import { answer, ScriptedApi } from './scripted-api.ts';

/** What a job shows GitHub's issuer to get its identity. */
const REQUEST = 'canary-of-the-request';
export const IDENTITY = 'canary-identity-of-the-job';
export const VAULT_TOKEN = 'canary-token-of-vault';

/** Answers a path with a status and a document. */
type Others = (path: string, body: string, header: (name: string) => string) => [status: number, document: object];

/** GitHub's issuer of identities, which puts the wanted audience into each, and what else a test asks for at this address. */
export function startIssuer(others: Others = () => [404, {}]): Promise<ScriptedApi> {
  return ScriptedApi.start(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://here');
    const header = (name: string) => String(request.headers[name] ?? '');
    if (url.pathname !== '/identity') return answer(response, ...others(url.pathname, await text(request), header));
    const known = header('authorization') === `Bearer ${REQUEST}`;
    return answer(response, known ? 200 : 401, known ? { value: `${IDENTITY} for ${url.searchParams.get('audience')}` } : {});
  });
}

/** The variables by which a job with `id-token: write` finds the issuer. */
export function identityOf(issuer: ScriptedApi): Record<string, string> {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${issuer.url}/identity?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST,
  };
}

/** An issuer and a Vault at one address, which is the audience that it wants. Its one secret is of the role that plans. */
export function startVault(data: object): Promise<ScriptedApi> {
  return startIssuer((path, body, header) => {
    if (path === '/v1/auth/jwt/login') {
      const { role, jwt } = JSON.parse(body) as { role: string; jwt: string };
      if (role !== 'cn2-fleet-plan') return [400, { errors: ['role could not be found'] }];
      if (jwt !== `${IDENTITY} for http://${header('host')}`) return [400, { errors: ['invalid audience (aud) claim'] }];
      return [200, { auth: { client_token: VAULT_TOKEN } }];
    }
    if (header('x-vault-token') !== VAULT_TOKEN) return [403, { errors: ['permission denied'] }];
    return path === '/v1/secret/data/cn2-fleet/plan' ? [200, { data: { data } }] : [204, {}];
  });
}
