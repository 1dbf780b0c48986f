import { CONTENT_ANNOTATION, PULL_SECRET } from '../cn2/names.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { SecretContent } from '../model/manifest.ts';

/** A secret that holds a kubeconfig of `cluster`, without it: the annotation says where the value comes from. */
export function kubeconfigSecret(name: string, namespace: string, cluster: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, annotations: { [CONTENT_ANNOTATION]: contentText({ type: 'handover', cluster }) } },
    type: 'Opaque',
  };
}

/** A secret of a vendor file without its data: the pull secret comes from the declaration, others from that file again. */
export function vendorSecret(object: KubernetesObject, file: string): KubernetesObject {
  const { data: _data, stringData: _stringData, ...rest } = object;
  const content: SecretContent = object.metadata.name === PULL_SECRET ? { type: 'pull-secret' } : { type: 'manifest', file };
  const annotations = { ...object.metadata.annotations, [CONTENT_ANNOTATION]: contentText(content) };
  return { ...rest, metadata: { ...object.metadata, annotations } };
}

/** A secret's values as base64, `stringData` (which wins, as on the server) folded in. */
export function secretData(object: KubernetesObject): Record<string, string> {
  const plain = Object.entries((object['stringData'] ?? {}) as Record<string, unknown>).map(([key, value]) => [
    key,
    Buffer.from(String(value), 'utf8').toString('base64'),
  ]);
  const encoded = Object.entries((object['data'] ?? {}) as Record<string, unknown>).map(([key, value]) => [
    key,
    String(value ?? '').replace(/\s/g, ''),
  ]);
  return Object.fromEntries([...encoded, ...plain]) as Record<string, string>;
}

/** Whether a text is base64 as an API server accepts it (whitespace aside). */
export function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/\s/g, ''));
}

/** The annotation's text for a content. */
function contentText(content: SecretContent): string {
  if (content.type === 'handover') return `handover:${content.cluster}`;
  if (content.type === 'manifest') return `manifest:${content.file}`;
  return 'pull-secret';
}

/** Reads the annotation back; undefined for a text that is none of the three. */
export function parseContent(text: string): SecretContent | undefined {
  if (text === 'pull-secret') return { type: 'pull-secret' };
  const [, type, rest] = /^(handover|manifest):(.+)$/s.exec(text) ?? [];
  if (type === 'handover') return { type, cluster: rest! };
  if (type === 'manifest') return { type, file: rest! };
  return undefined;
}
