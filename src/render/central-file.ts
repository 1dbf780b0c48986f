import { CONFIGPLANE, KUBEMANAGER_CONTAINER } from '../cn2/names.ts';
import { isObjectsConfigMap } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import { groupOf } from '../model/kubernetes.ts';
import { parseEmbedded, type VendorDocument } from './vendor-document.ts';

/** What a distributed cluster's Kubemanager takes over from the central cluster's own. */
export interface KubemanagerPattern {
  image: string;
  nodeSelector: Record<string, string>;
}

/** The central cluster's CN2 objects: the central file carries them as text in its ConfigMap. */
export function embeddedObjects(
  documents: readonly VendorDocument[],
  fileText: string,
): { objects: VendorDocument[]; findings: Finding[] } {
  const parsed = documents
    .filter(({ object }) => isObjectsConfigMap(object))
    .flatMap((document) =>
      Object.entries((document.object['data'] ?? {}) as Record<string, unknown>)
        .filter((entry): entry is [string, string] => entry[0].endsWith('.yaml') && typeof entry[1] === 'string')
        .map(([key, text]) => parseEmbedded(document, ['data', key], text, fileText)),
    );
  return { objects: parsed.flatMap(({ documents }) => documents), findings: parsed.flatMap(({ findings }) => findings) };
}

/** The pattern in the central file's objects, or what is missing from `file`. */
export function kubemanagerPattern(file: string, embedded: readonly VendorDocument[]): KubemanagerPattern | Finding {
  const document = embedded.find(({ object }) => object.kind === 'Kubemanager' && groupOf(object.apiVersion) === CONFIGPLANE);
  const common = ((document?.object['spec'] ?? {}) as Record<string, unknown>)['common'] as
    | { containers?: { name?: unknown; image?: unknown }[]; nodeSelector?: Record<string, string> }
    | undefined;
  const image = common?.containers?.find((container) => container?.name === KUBEMANAGER_CONTAINER)?.image;
  if (typeof image === 'string') return { image, nodeSelector: common?.nodeSelector ?? {} };
  return {
    rule: 'manifests',
    severity: 'error',
    ...(document?.at(['spec']) ?? { file, line: 1, column: 1 }),
    message: `${file} has no Kubemanager with container ${KUBEMANAGER_CONTAINER} in its ConfigMap: a distributed cluster's Kubemanager takes image and node selector from there`,
    remedy: 'Restore the file as downloaded.',
  };
}
