import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/** The address that a request goes to, as rules of NO_PROXY see it. */
interface Target {
  host: string;
  port: string;
}

/**
 * The proxy for an address by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (upper case first, then lower), as Go's
 * golang.org/x/net/http/httpproxy reads them, so as kubectl and git-lfs do: the scheme of the address chooses the variable, this host
 * itself is never behind a proxy. Undefined: no proxy. What is not a proxy of HTTP is given as it is: the caller refuses it.
 */
export function proxyOf(address: string, environment: Environment): string | undefined {
  const url = URL.parse(address);
  if (url === null) return undefined;
  const value = url.protocol === 'http:' ? first(environment, 'HTTP_PROXY') : first(environment, 'HTTPS_PROXY');
  if (value === undefined) return undefined;
  const target = { host: bare(url.hostname), port: url.port || (url.protocol === 'http:' ? '80' : '443') };
  if (isThisHost(target.host) || isExcepted(target, first(environment, 'NO_PROXY') ?? '')) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
}

function first(environment: Environment, name: string): string | undefined {
  const value = environment[name] || environment[name.toLowerCase()];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function isThisHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host) || /^::ffff:7f/.test(host);
}

function isExcepted(target: Target, list: string): boolean {
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && (entry === '*' || matches(target, entry)));
}

function matches(target: Target, entry: string): boolean {
  const range = /^(.+)\/(\d+)$/.exec(entry);
  if (range !== null) return isInside(target.host, range[1]!, Number(range[2]));
  const [, host = entry, port = ''] = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (port !== '' && port !== target.port) return false;
  const name = bare(host);
  if (isIP(name) !== 0) return isIP(target.host) !== 0 && canonical(name) === canonical(target.host);
  // `*.example.org` and `.example.org` mean the names below it, `example.org` also means the name itself.
  const suffix = name.replace(/^\*(?=\.)/, '');
  if (suffix === '' || suffix === '.') return false;
  return suffix.startsWith('.') ? target.host.endsWith(suffix) : target.host === suffix || target.host.endsWith(`.${suffix}`);
}

function isInside(host: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}

function canonical(address: string): string {
  return isIP(address) === 6 ? bare(new URL(`http://[${address}]`).hostname) : address;
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}
