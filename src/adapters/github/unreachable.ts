import { ForgeError } from '../../ports/forge.ts';
import { proxyRefusalIn } from '../proxy/refusal.ts';

/** A request that got no answer, as a sentence. `seconds`: how long an answer was waited for. */
export function unreachable(apiUrl: string, code: string, seconds: number, cause: unknown): ForgeError {
  const { host, hostname } = new URL(apiUrl);
  const refused = proxyRefusalIn(cause);
  if (refused !== undefined) {
    const hint = 'look at HTTPS_PROXY and NO_PROXY of the environment, and at what the proxy lets through';
    return new ForgeError(`${host}: ${refused.message}`, { reason: 'unreachable', hint, cause });
  }
  return new ForgeError(sentence(host, hostname, code, seconds), { reason: 'unreachable', hint: hintOf(code, host), cause });
}

function sentence(host: string, hostname: string, code: string, seconds: number): string {
  switch (code) {
    case 'timeout':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return `${host} did not answer within ${seconds} s`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `${host} does not answer: no connection`;
    case 'ECONNREFUSED':
      return `${host} refuses connections`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${hostname} cannot be resolved`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `there is no route to ${host}`;
    case 'no-json':
      return `${host} answers, but not as GitHub's API`;
    case 'cut-off':
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return `${host} closed the connection before its answer was complete`;
    default:
      return isCertificate(code)
        ? `the certificate of ${host} is not accepted (${code})`
        : `no connection to ${host}${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}`;
  }
}

function hintOf(code: string, host: string): string {
  if (isCertificate(code)) return 'name the authority that signed it in NODE_EXTRA_CA_CERTS (a file with its certificate)';
  if (code === 'no-json') return `check GITHUB_API_URL: a proxy or a login page seems to answer in place of ${host}`;
  return 'run it again; behind a proxy set HTTPS_PROXY';
}

function isCertificate(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|^ERR_TLS/.test(code);
}
