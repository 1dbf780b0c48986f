import { present } from '../model/present.ts';
import type { KubeconfigFields } from './document.ts';
import type { Impersonation, KubeconfigUser } from './kubeconfig.ts';
import { materialOf } from './material.ts';
import { readPlugin } from './plug-in.ts';
import { UnusableKubeconfig } from './unusable.ts';

/** Characters that would end an HTTP header. */
const ENDS_HEADER = /[\r\n\0]/;

/** A user of a kubeconfig. Throws UnusableKubeconfig for what client-go's validation refuses. */
export function readUser(name: string, fields: KubeconfigFields): KubeconfigUser {
  const clientCertificate = materialOf(fields, 'client-certificate');
  const clientKey = materialOf(fields, 'client-key');
  if (clientCertificate !== undefined && clientKey === undefined && !fields.has('exec')) {
    throw new UnusableKubeconfig(`has a client certificate without its key for user ${name}: no credentials`, fields.position());
  }
  const [token, tokenFile] = [fields.text('token'), fields.text('tokenFile')];
  if (token !== undefined && ENDS_HEADER.test(token)) {
    throw new UnusableKubeconfig(`holds a token of more than one line for user ${name}`, fields.position('token'));
  }
  const [username, password] = [fields.text('username'), fields.text('password')];
  const isBasic = username !== undefined || password !== undefined;
  if (isBasic && (token !== undefined || tokenFile !== undefined)) {
    throw new UnusableKubeconfig(
      `has a token and a password for user ${name}: only one of the two can be meant`,
      fields.position(),
    );
  }
  const impersonate = impersonationOf(name, fields);
  const exec = readPlugin(fields);
  const authProvider = fields.has('auth-provider')
    ? (fields.fields('auth-provider')?.text('name') ?? 'auth-provider')
    : undefined;
  return {
    name,
    ...present({ clientCertificate, clientKey, token, tokenFile }),
    ...(isBasic ? { basic: { username: username ?? '', password: password ?? '' } } : {}),
    ...present({ impersonate, exec, authProvider }),
  };
}

function impersonationOf(name: string, fields: KubeconfigFields): Impersonation | undefined {
  const [user, uid, groups] = [fields.text('as'), fields.text('as-uid'), fields.texts('as-groups')];
  const given = fields.fields('as-user-extra');
  const extra = Object.fromEntries((given?.names() ?? []).map((key) => [key, given?.texts(key) ?? []]));
  if (user === undefined) {
    if (uid === undefined && groups.length === 0 && Object.keys(extra).length === 0) return undefined;
    throw new UnusableKubeconfig(`has as-uid, as-groups or as-user-extra without as for user ${name}`, fields.position());
  }
  if ([user, uid ?? '', ...groups, ...Object.values(extra).flat()].some((text) => ENDS_HEADER.test(text))) {
    throw new UnusableKubeconfig(`acts as a user of more than one line for user ${name}`, fields.position('as'));
  }
  return { user, ...present({ uid }), groups, extra };
}
