import type { Manifest } from '../model/manifest.ts';
import { type Gate, seenAs } from './gate.ts';
import { all, judgeNamed, PASSED } from './health.ts';
import { CONTRAIL_NAMESPACE } from './names.ts';

interface CertificateSecret {
  name: string;
  namespace?: string;
  components?: string[];
}

/** The secrets that the vRouters mount: those with a component vrouter-* (field spec.secrets, Juniper's 23.4 CRD). */
function vrouterSecrets(manifests: readonly Manifest[]): { namespace: string; name: string }[] {
  return manifests
    .filter((manifest) => manifest.object.kind === 'ContrailCertificateManager')
    .flatMap((manifest) => (manifest.object['spec'] as { secrets?: CertificateSecret[] } | undefined)?.secrets ?? [])
    .filter((secret) => secret.components?.some((component) => component.startsWith('vrouter-')))
    .map((secret) => ({ namespace: secret.namespace ?? CONTRAIL_NAMESPACE, name: secret.name }));
}

/** Stage 30 (from 22.4): the certificates that the vRouters mount exist. `manifests`: those of the stage and cluster. */
export function certificatesGate(cluster: string, manifests: readonly Manifest[]): Gate | undefined {
  const secrets = vrouterSecrets(manifests);
  if (secrets.length === 0) return undefined;
  return {
    stage: '30-certificates',
    cluster,
    watch: Object.fromEntries(
      secrets.map((secret) => [`${secret.namespace}/${secret.name}`, { cluster, group: '', kind: 'Secret', ...secret }]),
    ),
    judge: (seen) =>
      all(
        secrets.map((secret) =>
          judgeNamed(seenAs(seen, `${secret.namespace}/${secret.name}`), { kind: 'Secret', ...secret }, () => PASSED),
        ),
      ),
  };
}
