import { present } from '../model/present.ts';
import { type KubeconfigFields, parseKubeconfig } from './document.ts';
import type { Kubeconfig, KubeconfigCluster } from './kubeconfig.ts';
import { materialOf } from './material.ts';
import { readUser } from './read-user.ts';
import { UnusableKubeconfig } from './unusable.ts';

/** The name of the extension with a cluster's settings for exec plug-ins (client-go, ExecConfig.Config). */
const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

/**
 * Reads a kubeconfig as client-go does (tools/clientcmd: loading and validation): one context of it, `context` or the current one.
 * Looks at nothing but the text. Throws UnusableKubeconfig, whose sentence never repeats a value.
 */
export function readKubeconfig(text: string, context?: string): Kubeconfig {
  const config = parseKubeconfig(text);
  const [clusters, users, contexts] = [
    named(config, 'clusters', 'cluster'),
    named(config, 'users', 'user'),
    named(config, 'contexts', 'context'),
  ];
  const name = context ?? config.text('current-context');
  if (name === undefined) throw new UnusableKubeconfig('has no current-context; name one with `context:`');
  const chosen = entryOf(contexts, name, 'context');
  const [clusterName, userName] = [chosen.text('cluster'), chosen.text('user')];
  if (clusterName === undefined || userName === undefined) {
    throw new UnusableKubeconfig(`names no ${clusterName === undefined ? 'cluster' : 'user'} in context ${name}`);
  }
  return {
    context: name,
    cluster: readCluster(clusterName, entryOf(clusters, clusterName, `cluster (of context ${name})`)),
    user: readUser(userName, entryOf(users, userName, `user (of context ${name})`)),
  };
}

/** Entries of a list by name. client-go refuses duplicate names: which one counts would be arbitrary. */
function named(config: KubeconfigFields, list: string, member: string): Map<string, KubeconfigFields | undefined> {
  const entries = new Map<string, KubeconfigFields | undefined>();
  for (const entry of config.list(list)) {
    const name = entry.text('name') ?? '';
    if (entries.has(name)) throw new UnusableKubeconfig(`has two ${list} named ${name}`, entry.position());
    entries.set(name, entry.fields(member));
  }
  return entries;
}

function entryOf(entries: ReadonlyMap<string, KubeconfigFields | undefined>, name: string, what: string): KubeconfigFields {
  const found = entries.get(name);
  if (found !== undefined) return found;
  const known = [...entries].filter(([, entry]) => entry !== undefined).map(([other]) => other);
  throw new UnusableKubeconfig(`has no ${what} ${name}${known.length > 0 ? ` (it has ${known.join(', ')})` : ''}`);
}

function readCluster(name: string, fields: KubeconfigFields): KubeconfigCluster {
  const insecure = fields.flag('insecure-skip-tls-verify');
  const authority = materialOf(fields, 'certificate-authority');
  if (insecure && authority !== undefined) {
    throw new UnusableKubeconfig(
      `names an authority and insecure-skip-tls-verify for cluster ${name}: only one of the two can be meant`,
      fields.position(),
    );
  }
  const [tlsServerName, proxyUrl] = [fields.text('tls-server-name'), fields.text('proxy-url')];
  const execConfig = fields
    .list('extensions')
    .find((extension) => extension.text('name') === EXEC_EXTENSION)
    ?.raw('extension');
  return {
    name,
    server: serverOf(fields, insecure),
    insecure,
    ...present({ tlsServerName, authority, proxyUrl, execConfig }),
  };
}

function serverOf(fields: KubeconfigFields, plainAllowed: boolean): string {
  const url = URL.parse(fields.text('server') ?? '');
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new UnusableKubeconfig('names no https:// server', fields.position('server'));
  }
  if (url.username !== '' || url.password !== '') {
    throw new UnusableKubeconfig('has a user in the address of its server; it belongs under users', fields.position('server'));
  }
  if (url.protocol === 'http:' && !plainAllowed) {
    throw new UnusableKubeconfig(
      'names a server without TLS; that needs insecure-skip-tls-verify: true',
      fields.position('server'),
    );
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}
