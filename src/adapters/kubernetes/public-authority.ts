import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { certificatesIn } from '../../kubeconfig/lifetimes.ts';

let known: ReadonlySet<string> | undefined;

/** Whether one of the authorities of a PEM text signs for anybody who owns a name: its certificates do not say whose a server is. */
export function hasPublicAuthority(pem: string): boolean {
  known ??= new Set(rootCertificates.map(keyOf));
  return certificatesIn(pem).some((certificate) => known?.has(keyOf(certificate)));
}

/** The key counts: there are several certificates for one. */
function keyOf(certificate: string): string {
  return new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}
