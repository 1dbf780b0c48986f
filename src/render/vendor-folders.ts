import type { ReleaseFacts } from '../cn2/releases.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { RenderIndex } from '../model/manifest.ts';
import { manifestFolders } from '../model/manifest-folders.ts';
import type { KubemanagerPattern } from './central-file.ts';
import { valueAt } from './collisions.ts';
import { unknownImages } from './hotfix-images.ts';
import { readVendorFolder, type VendorFolder } from './vendor-folder.ts';

/** The vendor's manifests of a whole fleet. */
export interface VendorFolders {
  /** What is applied to a cluster. */
  of(cluster: Pick<DistributedCluster, 'manifests'>): VendorFolder;
  /** Where every Kubemanager comes from: the central cluster runs one version of them. */
  pattern: KubemanagerPattern;
  /** The files of all folders, with the digest of their bytes. */
  sources: RenderIndex['sources'];
}

/** Reads every folder of manifests that a declaration names. There are folders only where all of them could be read. */
export function readVendorFolders(
  declaration: Declaration,
  fleet: Fleet,
  facts: ReleaseFacts,
  vendorFiles: Record<string, string>,
): { folders?: VendorFolders; findings: Finding[] } {
  const { release } = fleet;
  const named = manifestFolders(fleet);
  const read = named.map(({ folder, at }) =>
    readVendorFolder({
      release: { ...release, manifests: folder },
      facts,
      declaredAt: valueAt(declaration, [at]),
      versionAt: valueAt(declaration, ['/release/version']),
      vendorFiles,
      folders: named.map((other) => other.folder),
      withCentral: folder === release.manifests,
    }),
  );
  const findings = read.flatMap((one) => one.findings);
  const byName = new Map<string, VendorFolder>();
  for (const [position, { folder }] of named.entries()) {
    const there = read[position]?.folder;
    if (there !== undefined) byName.set(folder, there);
  }
  const pattern = byName.get(release.manifests)?.kubemanager;
  if (byName.size < named.length || pattern === undefined) return { findings };
  const images = new Set([...byName.values()].flatMap((folder) => [...folder.images]));
  findings.push(...unknownImages(release, images, declaration.source));
  const sources = new Map([...byName.values()].flatMap((folder) => folder.sources).map((source) => [source.file, source]));
  return {
    folders: {
      of: ({ manifests = release.manifests }) => byName.get(manifests)!,
      pattern,
      sources: [...sources.values()].sort((a, b) => (a.file < b.file ? -1 : 1)),
    },
    findings,
  };
}
