import { canonicalJson, sha256 } from '../declare/digest.ts';
import type { Fleet } from '../model/fleet.ts';
import type { IndexEntry, Manifest, RenderedTree, RenderIndex } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import { writeFleet } from './fleet-file.ts';
import { writeJson } from './yaml-writer.ts';

export const INDEX_FILE = 'index.json';
export const FLEET_FILE = 'fleet.json';
/** Written by propose beside the rendered files, but not one of them. */
export const PLAN_FILE = 'plan.json';

/** Puts manifests (in the order of an apply) together with the two files that describe them. */
export function makeTree(
  fleet: Fleet,
  declaration: string,
  sources: RenderIndex['sources'],
  manifests: readonly Manifest[],
): RenderedTree {
  let written: WrittenTree | undefined;
  const tree = () => {
    written ??= writeTree(fleet, declaration, sources, manifests);
    return written;
  };
  return {
    fleet,
    manifests: [...manifests],
    get index() {
      return tree().index;
    },
    get indexDigest() {
      return tree().indexDigest;
    },
    get files() {
      return tree().files;
    },
  };
}

type WrittenTree = Pick<RenderedTree, 'index' | 'indexDigest' | 'files'>;

function writeTree(
  fleet: Fleet,
  declaration: string,
  sources: RenderIndex['sources'],
  manifests: readonly Manifest[],
): WrittenTree {
  const fleetText = writeFleet(fleet);
  const index = sealedIndex({
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    declaration,
    fleetDigest: sha256(fleetText),
    sources,
    objects: manifests.map(indexEntry),
  });
  const indexText = writeJson(index);
  return {
    index,
    indexDigest: sha256(indexText),
    files: Object.fromEntries([
      ...manifests.map(({ path, text }): [string, string] => [path, text]),
      [FLEET_FILE, fleetText],
      [INDEX_FILE, indexText],
    ]),
  };
}

/** The index with a digest over its own meaning, which shows an edit by hand of the index itself. */
export function sealedIndex(index: Omit<RenderIndex, 'digest'>): RenderIndex {
  return { ...index, digest: sha256(canonicalJson(index)) };
}

/** What the index says of a manifest. */
export function indexEntry(manifest: Manifest): IndexEntry {
  const { path, cluster, stage, declaredAt, object, digest } = manifest;
  const { namespace, name } = object.metadata;
  return {
    path,
    cluster,
    stage,
    for: manifest.for,
    declaredAt,
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...present({ namespace }),
    name,
    digest,
  };
}
