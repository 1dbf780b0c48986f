import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { basicLogin } from './address.ts';
import { ProxyRefusal } from './refusal.ts';

/** Where a tunnel leads, and how long each step to it may take (milliseconds). */
export interface Way {
  host: string;
  port: number;
  timeout: number;
  /** Authorities beside those of this host that may have signed an https proxy's certificate: PEM. */
  authority?: string;
}

/** Opens a way through a proxy (CONNECT). The proxy sees host and port, never a token. Throws ProxyRefusal. */
export function openTunnel(proxy: URL, { host, port, timeout, authority }: Way): Promise<Duplex> {
  const bare = host.replace(/^\[|\]$/g, '');
  const target = `${bare.includes(':') ? `[${bare}]` : bare}:${port}`;
  const { username, password } = proxy;
  const secure = proxy.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (secure ? 443 : 80),
      method: 'CONNECT',
      path: target,
      headers: {
        host: target,
        ...(username === '' && password === '' ? {} : { 'proxy-authorization': `Basic ${basicLogin(username, password)}` }),
      },
      timeout,
      agent: false,
      ...(secure && authority !== undefined ? { ca: [...getCACertificates('default'), authority] } : {}),
    });
    const late = () => new ProxyRefusal(`the proxy ${proxy.host} did not answer within ${timeout / 1000} s`, true);
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new ProxyRefusal(refusalText(proxy, target, response.statusCode ?? 0)));
    });
    // A proxy that answers with something other than a tunnel.
    request.once('response', (response) => {
      request.destroy(new ProxyRefusal(refusalText(proxy, target, response.statusCode ?? 0)));
    });
    const timer = setTimeout(() => request.destroy(late()), timeout);
    request.once('close', () => clearTimeout(timer));
    request.once('error', (error: NodeJS.ErrnoException) => {
      reject(error instanceof ProxyRefusal ? error : new ProxyRefusal(faultText(proxy, error.code ?? '')));
    });
    request.end();
  });
}

function refusalText(proxy: URL, target: string, status: number): string {
  const text = `the proxy refused the tunnel to ${target} with HTTP status ${status}`;
  if (status !== 407) return text;
  return proxy.username === '' && proxy.password === ''
    ? `${text}: it requires a login; write http://user:password@${proxy.host} as the proxy`
    : `${text}: it does not accept the user and password in its address`;
}

function faultText({ host, hostname }: URL, code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `the proxy ${host} refuses connections`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of the proxy, ${hostname}, cannot be resolved`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return `there is no route to the proxy ${host}`;
    case 'ECONNRESET':
    case 'EPIPE':
      return `the proxy ${host} closed the connection`;
    default:
      return /CERT|SELF_SIGNED|UNABLE_TO|^ERR_(TLS|SSL)|EPROTO/.test(code)
        ? `no TLS connection to the proxy ${host} (${code})`
        : `the proxy ${host} cannot be reached${code === '' ? '' : ` (${code})`}`;
  }
}
