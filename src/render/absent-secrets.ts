import type { Finding } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import { contentOf, vendorSecretData } from './desired.ts';

/** Rendered secrets whose content would come from a vendor file that does not have this secret: somebody wrote the annotation. */
export function absentSecrets(manifests: readonly Manifest[], vendorFiles: Record<string, string>, folder: string): Finding[] {
  return manifests.flatMap((manifest): Finding[] => {
    const content = contentOf(manifest);
    if (content?.type !== 'manifest') return [];
    try {
      vendorSecretData(vendorFiles, content.file, content.namespace, content.name ?? '');
      return [];
    } catch {
      const { name } = manifest.object.metadata;
      return [
        {
          rule: 'rendered',
          severity: 'error',
          file: `${folder}/${manifest.path}`,
          line: 1,
          column: 1,
          message: `${folder}/${manifest.path} was edited by hand: ${content.file} has no Secret ${name} to take its content from`,
          remedy: 'Restore the file, or run cn2-fleet render.',
        },
      ];
    }
  });
}
