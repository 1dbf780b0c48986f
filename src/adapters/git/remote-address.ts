import type { RepositoryName } from '../../model/forge.ts';

/**
 * Server and repository of a remote's address as git knows them: https, http, ssh and git addresses, and the short form
 * user@host:owner/name. Credentials in it are dropped. Undefined for what no forge serves (a path, a bundle, other depths).
 */
export function remoteAddress(address: string): { serverUrl: string; repository: RepositoryName } | undefined {
  const short = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(address);
  const url = URL.parse(short === null || isDrive(address) ? address : `ssh://${short[1]}/${short[2]}`);
  if (url === null || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) || url.hostname === '') return undefined;
  const [, owner, name] = /^\/([\w.-]+)\/([\w.-]+?)(?:\.git)?\/*$/.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  return { serverUrl: serverOf(url), repository: { owner, name } };
}

/** Ports of ssh and git are not those of the pages; GitHub also accepts ssh on port 443 of a separate host. */
function serverOf(url: URL): string {
  if (url.protocol === 'http:' || url.protocol === 'https:') return `${url.protocol}//${url.host}`;
  return `https://${url.hostname.replace(/^ssh\.(?=github\.com$)/, '')}`;
}

function isDrive(address: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(address);
}
