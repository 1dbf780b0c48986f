import { created, NO_CONTENT, ok } from '../http/answer.ts';
import type { RepositoryCall } from '../http/call.ts';
import { text } from '../http/fields.ts';
import { pageOf } from '../http/pagination.ts';
import { invalid, notFound } from '../http/problem.ts';
import { type Route, route } from '../http/router.ts';
import type { Secret } from '../state/actions.ts';
import { environmentIn } from './environments.ts';

const DOCS = 'actions/secrets#';
/** docs.github.com, "Naming your secrets". */
const NAME = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/;
/** The public key that values are encrypted with. Nothing here can decrypt them: a secret is known by its name alone. */
const KEY = { key_id: '568250167242549743', key: Buffer.alloc(32, 7).toString('base64') };

/** Names of secrets of Actions; values go in and never come out. */
export const SECRET_ROUTES: readonly Route[] = [
  ...family('/actions', { read: 'secrets=read', write: 'secrets=write', noun: 'repository' }, ({ repository }) => {
    repository.secrets ??= [];
    return repository.secrets;
  }),
  ...family(
    '/environments/{environment_name}',
    { read: 'environments=read', write: 'environments=write', noun: 'environment' },
    (call) => environmentIn(call).secrets,
  ),
  route(
    'GET',
    '/actions/organization-secrets',
    { needs: 'secrets=read', docs: `${DOCS}list-repository-organization-secrets` },
    () => ok({ total_count: 0, secrets: [] }),
  ),
];

function family(
  path: string,
  { read, write, noun }: { read: string; write: string; noun: string },
  secretsOf: (call: RepositoryCall) => Secret[],
): Route[] {
  const of = noun === 'environment' ? 'an-environment' : 'a-repository';
  return [
    route('GET', `${path}/secrets`, { needs: read, docs: `${DOCS}list-${noun}-secrets` }, (call) => {
      const secrets = [...secretsOf(call)].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, headers } = pageOf(call, `${path}/secrets`, secrets);
      return { status: 200, body: { total_count: secrets.length, secrets: items }, headers };
    }),
    route('GET', `${path}/secrets/public-key`, { needs: read, docs: `${DOCS}get-${of}-public-key` }, (call) => {
      secretsOf(call);
      return ok(KEY);
    }),
    route('PUT', `${path}/secrets/{secret_name}`, { needs: write, docs: `${DOCS}create-or-update-${of}-secret` }, (call) => {
      const name = call.params['secret_name']!.toUpperCase();
      if (!NAME.test(name)) throw invalid({ resource: 'Secret', code: 'invalid', field: 'name' });
      text(call.body, 'encrypted_value');
      if (text(call.body, 'key_id') !== KEY.key_id) throw notFound();
      const secrets = secretsOf(call);
      const now = call.hub.now();
      const known = secrets.find((secret) => secret.name === name);
      if (known !== undefined) {
        known.updated_at = now;
        return NO_CONTENT;
      }
      secrets.push({ name, created_at: now, updated_at: now });
      return created({});
    }),
  ];
}
