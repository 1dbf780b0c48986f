import { type Identity, selfSigned as selfSignedCertificate } from '../../lab/apiserver/certificate-authority.ts';

export type { Identity };

/** A certificate that signs itself (X.509 v3, ECDSA P-256), for servers of tests: any names, any time of validity. */
export function selfSigned({ names, ...validity }: { names: string[]; notBefore?: Date; notAfter?: Date }): Identity {
  return selfSignedCertificate({ name: 'test', servedAs: names, ...validity });
}
