import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateAuthority, certificateAuthority, type Identity } from '../certificate-authority.ts';

const CLIENT = 'front-proxy-client';

/** How API servers tell each other for whom they ask: who may, and with which certificate. */
export interface FrontProxy {
  authority: CertificateAuthority;
  identity: Identity;
  /** Flags of kube-apiserver by which it believes the headers of those that this authority has named. */
  believe: string[];
  /** Flags of kube-apiserver by which it asks others in the name of its users. */
  ask: string[];
}

/** Makes an authority and writes what the flags name into a folder. */
export async function frontProxy(folder: string): Promise<FrontProxy> {
  const authority = certificateAuthority('front-proxy');
  const identity = authority.issue({ name: CLIENT });
  const [ca, certificate, key] = ['front-proxy-ca.crt', 'front-proxy-client.crt', 'front-proxy-client.key'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(ca, authority.certificate);
  await writeFile(certificate, identity.certificate);
  await writeFile(key, identity.key, { mode: 0o600 });
  return {
    authority,
    identity,
    believe: [
      `--requestheader-client-ca-file=${ca}`,
      `--requestheader-allowed-names=${CLIENT}`,
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ],
    ask: [`--proxy-client-cert-file=${certificate}`, `--proxy-client-key-file=${key}`],
  };
}
