import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from './client.ts';
import type { Kind } from './kinds.ts';

/** The objects of a YAML text; empty documents are left out. */
export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJSON() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** The definitions of kinds in the files of a folder. */
export function definitionsIn(files: Record<string, string>): KubernetesObject[] {
  return Object.values(files)
    .flatMap(objectsOf)
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

const CLUSTER_SCOPED = new Set([
  'Namespace',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'ValidatingWebhookConfiguration',
]);

/** Where an object of a release's files goes: its plural is the kind in lower case with an s, as for every kind that they hold. */
export function kindOf(object: KubernetesObject): Kind {
  const slash = object.apiVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : object.apiVersion.slice(0, slash),
    version: object.apiVersion.slice(slash + 1),
    kind: object.kind,
    plural: `${object.kind.toLowerCase()}s`,
    namespaced: !CLUSTER_SCOPED.has(object.kind),
  };
}

/** Applies every object of a text in its order. */
export async function applyText(client: KubeClient, text: string, manager: string): Promise<void> {
  for (const object of objectsOf(text)) await client.apply(kindOf(object), object, manager);
}
