import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes the key pair that signs service account tokens; returns the files' paths. */
export async function writeServiceAccountKeys(folder: string): Promise<{ privateKey: string; publicKey: string }> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const privateKey = join(folder, 'sa.key');
  const publicKey = join(folder, 'sa.pub');
  await writeFile(privateKey, pair.privateKey, { mode: 0o600 });
  await writeFile(publicKey, pair.publicKey);
  return { privateKey, publicKey };
}
