import { generateKeyPairSync } from 'node:crypto';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import { SECRET } from './kinds.ts';
import { ownedBy } from './workload-parts.ts';

interface CertificateSecret {
  name: string;
  namespace?: string;
  components?: string[];
}

/**
 * Makes the secrets that a ContrailCertificateManager lists. Real CN2 signs certificates through cert-manager; nothing here
 * speaks TLS with them, so a fresh key stands for both key and certificate. Secrets that exist are left alone.
 */
export async function makeCertificateSecrets(client: KubeClient, manager: KubernetesObject): Promise<void> {
  const secrets = (manager.spec as { secrets?: CertificateSecret[] } | undefined)?.secrets ?? [];
  for (const { name, namespace = manager.metadata.namespace ?? 'contrail' } of secrets) {
    if (await client.get(SECRET, namespace, name)) continue;
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const certificate = keys.publicKey.export({ type: 'spki', format: 'pem' });
    await client.create(SECRET, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        // An owner must be in the same namespace.
        ...(namespace === manager.metadata.namespace ? { ownerReferences: [ownedBy(manager)] } : {}),
      },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(certificate), 'tls.key': base64(key), 'ca.crt': base64(certificate) },
    });
  }
}

function base64(text: string | Buffer): string {
  return Buffer.from(text).toString('base64');
}
