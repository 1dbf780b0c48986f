import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateAuthority, certificateAuthority, type Identity } from '../certificate-authority.ts';

const CLIENT = 'front-proxy-client';
const FILES = { authority: 'front-proxy-ca.crt', certificate: 'front-proxy-client.crt', key: 'front-proxy-client.key' };

/** How API servers tell each other for whom they ask: who may, and with which certificate. */
export interface FrontProxy {
  authority: CertificateAuthority;
  identity: Identity;
}

/** Makes an authority and writes what the flags below name into a folder. `notAfter`: until when it is good; default: for a day. */
export async function frontProxy(folder: string, notAfter?: Date): Promise<FrontProxy> {
  const authority = certificateAuthority('front-proxy', notAfter);
  const identity = authority.issue({ name: CLIENT });
  await writeFile(join(folder, FILES.authority), authority.certificate);
  await writeFile(join(folder, FILES.certificate), identity.certificate);
  await writeFile(join(folder, FILES.key), identity.key, { mode: 0o600 });
  return { authority, identity };
}

/** The identity that was written into a folder. */
export async function frontProxyIdentity(folder: string): Promise<Identity> {
  const [certificate, key] = await Promise.all(
    [FILES.certificate, FILES.key].map((name) => readFile(join(folder, name), 'utf8')),
  );
  return { certificate: certificate ?? '', key: key ?? '' };
}

/** Flags of kube-apiserver by which it believes the headers of those that the authority in a folder has named. */
export function believing(folder: string): string[] {
  return [
    `--requestheader-client-ca-file=${join(folder, FILES.authority)}`,
    `--requestheader-allowed-names=${CLIENT}`,
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  ];
}

/** Flags of kube-apiserver by which it asks others in the name of its users. */
export function asking(folder: string): string[] {
  return [`--proxy-client-cert-file=${join(folder, FILES.certificate)}`, `--proxy-client-key-file=${join(folder, FILES.key)}`];
}
