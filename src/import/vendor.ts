import type { ReleaseFacts } from '../cn2/releases.ts';
import type { Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectKey, refOf } from '../model/object-ref.ts';
import { seenObject } from '../plan/live-objects.ts';
import { withRegistry } from '../render/images.ts';
import type { VendorDocument } from '../render/vendor-document.ts';
import { readVendorFolder, type VendorFolder } from '../render/vendor-folder.ts';
import { registryOn } from './release.ts';
import { patchToward } from './toward.ts';

/** A folder of the vendor's manifests that could be what a fleet was made from. */
export interface Candidate {
  name: string;
  folder: VendorFolder;
}

/** Which folder each cluster comes from, as far as that can be told. */
export interface ChosenFolders {
  /** That of the release: its central file holds the pattern of every Kubemanager. */
  release: Candidate;
  /** Of clusters that another one fits better, by cluster. */
  own: ReadonlyMap<string, Candidate>;
}

/** What folders are compared with. */
export interface FolderInput {
  names: readonly string[];
  release: Pick<Release, 'version' | 'images'>;
  facts: ReleaseFacts;
  vendorFiles: Record<string, string>;
  clusters: readonly LiveCluster[];
}

/**
 * The folders that fit best what runs: of the same release, with the fewest objects that differ. Findings, and no choice, where none of
 * them can be the release's.
 */
export function chooseFolders(input: FolderInput): { chosen?: ChosenFolders; findings: Finding[] } {
  const { names, clusters } = input;
  const whole = names.map((name) => ({ name, ...read(input, name, true) }));
  const able = whole.flatMap(({ name, folder }): Candidate[] => (folder === undefined ? [] : [{ name, folder }]));
  const release = best(able, (candidate) => clusters.reduce((sum, cluster) => sum + differing(candidate, cluster), 0));
  if (release === undefined)
    return { findings: whole.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error')) };
  const parts = names.flatMap((name): Candidate[] => {
    const { folder } = able.find((candidate) => candidate.name === name) ?? read(input, name, false);
    return folder === undefined ? [] : [{ name, folder }];
  });
  const own = new Map<string, Candidate>();
  for (const cluster of clusters) {
    const fitting = best([release, ...parts], (candidate) => differing(candidate, cluster));
    if (fitting !== undefined && fitting.name !== release.name) own.set(cluster.name, fitting);
  }
  return { chosen: { release, own }, findings: [] };
}

/** The first of those with the fewest differences. */
function best(candidates: readonly Candidate[], count: (candidate: Candidate) => number): Candidate | undefined {
  return candidates
    .map((candidate) => ({ candidate, differences: count(candidate) }))
    .sort((a, b) => a.differences - b.differences)[0]?.candidate;
}

function read({ release, facts, vendorFiles, names }: FolderInput, name: string, withCentral: boolean) {
  return readVendorFolder({
    release: { ...imagesAsTagged(release), manifests: name, pullSecret: { env: '' } },
    facts,
    declaredAt: { file: name, line: 1, column: 1 },
    vendorFiles,
    folders: names,
    withCentral,
  });
}

function imagesAsTagged({ version, images }: Pick<Release, 'version' | 'images'>): Pick<Release, 'version' | 'images'> {
  return images === undefined ? { version } : { version, images };
}

/** The objects that a folder brings to a cluster. */
export function documentsOf({ deployer, certificates, vrouter }: VendorFolder): VendorDocument[] {
  return [...deployer, ...certificates, ...vrouter];
}

/** Whether a folder has an object. */
export function hasObject(folder: VendorFolder, object: KubernetesObject): boolean {
  const key = objectKey(refOf(object));
  return documentsOf(folder).some((document) => objectKey(refOf(document.object)) === key);
}

/** How many objects of a folder a cluster lacks or has otherwise. */
function differing({ folder }: Candidate, cluster: LiveCluster): number {
  return documentsOf(folder).filter(({ object }) => {
    const live = seenObject(cluster, refOf(object));
    if (live === undefined) return object.kind !== 'Secret';
    return (
      object.kind !== 'Secret' && patchToward(withoutClusterName(withRegistry(object, registryOn([live]))), live) !== undefined
    );
  }).length;
}

/** Whose a Vrouter is says nothing about its folder. */
function withoutClusterName(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Vrouter') return object;
  const spec = object['spec'] as { [key: string]: unknown };
  const { clusterName: _name, cni, ...others } = spec ?? {};
  const inner = (cni ?? {}) as { [key: string]: unknown };
  const { clusterName: _other, ...rest } = inner;
  return { ...object, spec: { ...others, ...(cni === undefined ? {} : { cni: rest }) } };
}

/** Hotfix tags of images that a folder has. */
export function imagesOfFolder(
  images: Readonly<Record<string, string>>,
  folder: VendorFolder | undefined,
): Record<string, string> {
  const known = Object.keys(images).filter((name) => folder === undefined || folder.images.has(name));
  return Object.fromEntries(known.map((name) => [name, ownMember(images, name) as string]));
}
