import type { FilePosition } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { KubernetesObject } from './kubernetes.ts';
import type { FieldChange } from './plan.ts';

/** The stages of an apply in their one order (the table of stages; see cn2/stages.ts). */
export const STAGES = [
  '00-preflight',
  '10-access',
  '20-deployer',
  '30-certificates',
  '40-kubemanager',
  '50-vrouter',
  '60-restart',
  '70-namespaces',
  '80-networks',
  '90-routers',
  '95-extra',
] as const;
export type StageId = (typeof STAGES)[number];

/** One rendered object, one file. */
export interface Manifest {
  /** Path below the rendered folder: `<cluster>/<NN-stage>/<kind>.<namespace or _>.<name>.yaml`. */
  path: string;
  /** Where it is applied. */
  cluster: string;
  stage: StageId;
  /** The cluster it exists for (owner): a Kubemanager on the central cluster is for its distributed cluster. */
  for: string;
  /** JSON pointer of the declaration's entry it comes from. */
  declaredAt: string;
  /** Of a fresh render of the user's own manifests: where in their file the value at a path is. */
  at?(path: readonly (string | number)[]): FilePosition;
  /** Secrets carry the annotation cn2-fleet/content and no data. */
  object: KubernetesObject;
  /** What patches of the declaration have made other than in the vendor's file; absent: nothing, or it was not rendered just now. */
  patched?: FieldChange[];
  /** The file's exact bytes; of a fresh render they are written when they are first read. */
  readonly text: string;
  /** sha256:… of text. */
  readonly digest: string;
}

/** Whether a manifest is one of the user's own (`extra`), and none that a key or the vendor's folder renders. */
export function isExtra({ declaredAt }: Pick<Manifest, 'declaredAt'>): boolean {
  return declaredAt.startsWith('/extra/');
}

/**
 * Below the rendered folder: `<cluster>/<NN-stage>/<kind>.<namespace or _>.<name>.yaml`. Names of RBAC objects may hold what a file's name
 * may not (`system:foo`), or what differs from another one only in the case of letters: those characters are written as `%3A` and the like.
 */
export function manifestPath(
  cluster: string,
  stage: string,
  { kind, namespace, name }: { kind: string; namespace?: string | undefined; name: string },
): string {
  return `${cluster}/${stage}/${kind.toLowerCase()}.${namespace ?? '_'}.${fileName(name)}.yaml`;
}

function fileName(name: string): string {
  return name.replace(/[^a-z0-9.-]/gu, (character) =>
    Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '%$&'),
  );
}

export interface IndexEntry {
  path: string;
  cluster: string;
  stage: StageId;
  for: string;
  declaredAt: string;
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  digest: string;
}

/** rendered/index.json */
export interface RenderIndex {
  schemaVersion: 1;
  fleet: string;
  /** Digest of the declaration it was rendered from. */
  declaration: string;
  /** Digest of the bytes of rendered/fleet.json. */
  fleetDigest: string;
  /** The vendor's files and the user's own manifests it was rendered from, relative to the declaration, with the digest of their bytes. */
  sources: { file: string; digest: string }[];
  /** In the order in which they are applied. */
  objects: IndexEntry[];
  /** sha256:… over everything else in this file (canonical JSON): an edit of the index itself shows. */
  digest: string;
}

/** Everything below rendered/, in memory. */
export interface RenderedTree {
  fleet: Fleet;
  /** This and what follows from it is made, like the texts of manifests, when it is first read. */
  readonly index: RenderIndex;
  /** sha256:… of the bytes of index.json: what an approval binds to. */
  readonly indexDigest: string;
  /** In the order of index.objects. */
  manifests: Manifest[];
  /** Every file to be written, path below rendered/ → bytes (index.json and fleet.json included). */
  readonly files: Record<string, string>;
}

/** Where a rendered secret's value comes from (annotation cn2-fleet/content). */
export type SecretContent =
  /** `cluster`: where the secret is; a distributed cluster may have a pull secret of its own. Not part of the annotation. */
  | { type: 'pull-secret'; cluster?: string }
  | { type: 'handover'; cluster: string }
  /** `namespace` and `name`: which secret of the file. Not part of the annotation. */
  | { type: 'manifest'; file: string; namespace?: string; name?: string };

/** A manifest with the object as it is to be on the cluster: secret values in, API version as served. Never stored, never printed. */
export interface Desired {
  manifest: Manifest;
  object: KubernetesObject;
  /** A Secret whose content is not known here: its values are empty, and it is never written. Absent: all there is to it is in the object. */
  withoutContent?: true;
}
