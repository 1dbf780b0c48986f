import { CONTENT_ANNOTATION, KUBECONFIG_KEY } from '../cn2/names.ts';
import { canonicalJson } from '../declare/digest.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { Desired, Manifest, SecretContent } from '../model/manifest.ts';
import { objectTitle } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { parsedFile } from './parsed-file.ts';
import { parseContent, secretData } from './secrets.ts';

/** What is filled in where a content is not known: the same keys, so that a plan says the same. */
const NOTHING: Readonly<Record<SecretContent['type'], string>> = { 'pull-secret': '', handover: '', manifest: '{}' };
/** Key of a docker configuration in a secret of type kubernetes.io/dockerconfigjson. */
const DOCKER_CONFIG_KEY = '.dockerconfigjson';

/**
 * Where a manifest's secret value comes from, with the secret's place filled in; undefined for what is not a secret. Throws for a
 * rendered secret without a valid content annotation (readCommitted lets none through).
 */
export function contentOf({ cluster, object, path }: Manifest): SecretContent | undefined {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return undefined;
  const { name, namespace, annotations } = object.metadata;
  const content = parseContent(annotations?.[CONTENT_ANNOTATION] ?? '');
  if (content === undefined) throw new Error(`${path}: a Secret without annotation ${CONTENT_ANNOTATION}`);
  if (content.type === 'pull-secret') return { ...content, cluster };
  return content.type === 'manifest' ? { ...content, ...present({ namespace }), name } : content;
}

/** Every secret value that these manifests need, each once, in their order. */
export function contentsNeeded(manifests: readonly Manifest[]): SecretContent[] {
  const contents = new Map<string, SecretContent>();
  for (const manifest of manifests) {
    const content = contentOf(manifest);
    if (content !== undefined) contents.set(contentKey(content), content);
  }
  return [...contents.values()];
}

/** One text per value: what a map of resolved values is keyed by. */
export function contentKey(content: SecretContent): string {
  return canonicalJson(content);
}

/**
 * The reference to a content's value, and the address that a handed-over kubeconfig has to carry; undefined for what is read from
 * a vendor file and for a cluster that is not in the fleet.
 */
export function credentialOf(fleet: Fleet, content: SecretContent): { ref: CredentialRef; server?: string } | undefined {
  if (content.type === 'manifest') return undefined;
  const distributed = fleet.distributed.find(({ name }) => name === content.cluster);
  if (content.type === 'pull-secret') return { ref: distributed?.pullSecret ?? fleet.release.pullSecret };
  const cluster = content.cluster === fleet.central.name ? fleet.central : distributed;
  return cluster && { ref: cluster.handover ?? cluster.kubeconfig, server: cluster.server };
}

/**
 * The objects as they are to be on the clusters, secret values in (as base64 in `data`). `value` gives a content's value: the
 * kubeconfig's text, the docker configuration as plain JSON, or for `manifest` the data map (base64 values) as JSON; undefined where it is
 * not known.
 */
export function toDesired(manifests: readonly Manifest[], value: (content: SecretContent) => string | undefined): Desired[] {
  return manifests.map((manifest): Desired => {
    const { object } = manifest;
    const content = contentOf(manifest);
    if (content === undefined) return { manifest, object };
    const text = value(content);
    const desired = { manifest, object: filled(object, content, text ?? NOTHING[content.type]) };
    return text === undefined ? { ...desired, withoutContent: true } : desired;
  });
}

function filled(secret: KubernetesObject, content: SecretContent, value: string): KubernetesObject {
  if (content.type === 'manifest') return { ...secret, data: JSON.parse(value) as Record<string, string> };
  const key = content.type === 'handover' ? KUBECONFIG_KEY : DOCKER_CONFIG_KEY;
  return { ...secret, data: { [key]: Buffer.from(value, 'utf8').toString('base64') } };
}

/** The data map (base64) of a secret in a vendor file. Throws when the file or the secret is not there. */
export function vendorSecretData(
  vendorFiles: Record<string, string>,
  file: string,
  namespace: string | undefined,
  name: string,
): Record<string, string> {
  const secret = !Object.hasOwn(vendorFiles, file)
    ? undefined
    : parsedFile(vendorFiles, file).documents.find(
        ({ object }) => object.kind === 'Secret' && object.metadata.name === name && object.metadata.namespace === namespace,
      );
  if (secret === undefined) throw new Error(`${file} has no ${objectTitle({ kind: 'Secret', namespace, name })}`);
  return secretData(secret.object);
}
