import { readDeclaration } from '../declare/declaration.ts';
import { manifestPaths } from '../declare/manifest-paths.ts';
import type { Roots } from '../declare/roots.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Merging } from '../model/merging.ts';
import type { Forge } from '../ports/forge.ts';
import type { MergeCommit } from './merge-commit.ts';
import { areSame, exactly, type Place, placesOf, type TreeListing, treeListing } from './places.ts';

/** What merging changes of a fleet, and where its rendered folder is on both sides. */
export interface Touched {
  touches: Merging['touches'];
  /** The rendered folder, from the top of the repository. */
  rendered: string;
  before: Place[];
  after: Place[];
}

/**
 * Compares the files of a fleet in a merge commit with what that is made on: the declaration, the manifests and files with
 * credentials that it names (the declarations of both sides: either may move them), and the rendered folder. Throws ForgeError.
 */
export async function touchedBy(
  forge: Forge,
  { tree, baseTree }: MergeCommit,
  fleet: { file: string; rendered: string },
  { fromTop }: Pick<Roots, 'fromTop'>,
): Promise<Touched> {
  const listing = treeListing(forge);
  const both = (path: string) => bothPlaces(listing, baseTree, tree, path);
  const rendered = fromTop(fleet.rendered);
  const declaration = fromTop(fleet.file);
  const [before, after] = await both(rendered);
  const declarations = await both(declaration);
  const touched = (touches: Touched['touches']): Touched => ({ touches, rendered, before, after });
  if (!areSame(before, after)) return touched('rendered');
  // A declaration that is not there is no reason to be content.
  const place = exactly(declarations[1], declaration);
  if (place === undefined || !areSame(...declarations)) return touched('inputs');
  // Both sides have this declaration.
  for (const path of inputPaths(await fleetOf(forge, place), fromTop))
    if (!areSame(...(await both(path)))) return touched('inputs');
  return touched('nothing');
}

async function bothPlaces(
  listing: TreeListing,
  base: string | undefined,
  tree: string,
  path: string,
): Promise<[Place[], Place[]]> {
  return Promise.all([base === undefined ? [] : placesOf(listing, base, path), placesOf(listing, tree, path)]);
}

async function fleetOf(forge: Forge, { sha, path }: Place): Promise<Fleet | undefined> {
  return readDeclaration(await forge.textAt(sha), path).fleet;
}

/** What a declaration names inside the repository, from its top; it may be no good declaration. */
function inputPaths(fleet: Fleet | undefined, fromTop: Roots['fromTop']): string[] {
  if (fleet === undefined) return [];
  const clusters = [fleet.central, ...fleet.distributed];
  const references: unknown[] = [
    fleet.release.pullSecret,
    ...clusters.flatMap(({ kubeconfig, handover }) => [kubeconfig, handover]),
    ...fleet.distributed.map(({ pullSecret }) => pullSecret),
  ];
  const files = references.map((ref) => (typeof ref === 'object' && ref !== null && 'file' in ref ? ref.file : undefined));
  const named = [...manifestPaths(fleet), ...files].filter((path) => typeof path === 'string' && path !== '') as string[];
  const paths = named.filter((path) => !path.startsWith('/')).map(fromTop);
  return paths.filter((path) => path !== '..' && !path.startsWith('../'));
}
