import { ClusterError, type ClusterErrorShape } from '../../ports/cluster.ts';

/** What can be seen of a server's certificate without trusting it. */
export interface SeenCertificate {
  names: string[];
  /** ISO 8601. */
  notBefore: string;
  notAfter: string;
}

const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** Failures after which a request may have been lost on its way: sending it again can help. */
const CUT_OFF = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED']);

/** The code of a failure of the connection, at whatever depth undici wrapped it; of several addresses that failed, the first. */
export function failureCode(error: unknown): string {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { name, code, cause, errors } = current as { name?: unknown; code?: unknown; cause?: unknown; errors?: unknown };
    if (name === 'TimeoutError') return 'UND_ERR_ABORTED_BY_TIMEOUT';
    if (typeof code === 'string') return code;
    current = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  }
  return '';
}

/** True where the connection was cut off and a request that stores nothing may be sent again. */
export function isCutOff(code: string): boolean {
  return CUT_OFF.has(code);
}

/** True where the server's certificate was not accepted, so that it is worth looking at it. */
export function isCertificateFailure(code: string): boolean {
  return UNKNOWN_AUTHORITY.has(code) || code.startsWith('CERT_') || code === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** A request that got no answer, as one sentence. `certificate` is looked at only where the certificate is the cause. */
export function connectionFailure(
  cluster: string,
  server: string,
  code: string,
  seconds: number,
  certificate?: SeenCertificate,
): ClusterError {
  const [cause, sentence] = judge(server, code, seconds, certificate);
  return new ClusterError(`${cluster}: ${sentence}`, { cluster, cause, fieldConflicts: [] });
}

function judge(
  server: string,
  code: string,
  seconds: number,
  certificate: SeenCertificate | undefined,
): [ClusterErrorShape['cause'], string] {
  const host = URL.parse(server)?.hostname ?? server;
  switch (code) {
    case 'ECONNREFUSED':
      return ['unreachable', `${server} refuses connections`];
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return ['unreachable', `the name ${host} cannot be resolved`];
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return ['unreachable', `there is no route to ${server}`];
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return ['timeout', `${server} does not answer (no connection within ${seconds} s)`];
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'UND_ERR_ABORTED_BY_TIMEOUT':
      return ['timeout', `${server} did not answer within ${seconds} s`];
    case 'CERT_HAS_EXPIRED':
      return [
        'certificate',
        `the certificate of ${server} expired${certificate === undefined ? '' : ` on ${certificate.notAfter.slice(0, 10)}`}`,
      ];
    case 'CERT_NOT_YET_VALID':
      return [
        'certificate',
        `the certificate of ${server} is not valid yet${certificate === undefined ? '' : ` (from ${certificate.notBefore.slice(0, 10)})`}`,
      ];
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return [
        'certificate',
        `the certificate of ${server} is for ${certificate === undefined || certificate.names.length === 0 ? 'another host' : certificate.names.join(', ')}, not for ${host}`,
      ];
    default:
      if (isCutOff(code)) return ['unreachable', `${server} closed the connection`];
      if (UNKNOWN_AUTHORITY.has(code)) {
        return ['certificate', `the certificate of ${server} is signed by an authority that the kubeconfig does not name`];
      }
      if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code.startsWith('CERT_') || code === 'EPROTO') {
        return ['certificate', `no TLS connection to ${server} (${code})`];
      }
      if (code.startsWith('ERR_OSSL_')) return ['credential', 'the kubeconfig holds a certificate or key that cannot be read'];
      return ['unreachable', `no connection to ${server}${code === '' ? '' : ` (${code})`}`];
  }
}
