import type { Forge, TreeFile } from '../ports/forge.ts';

/** Modes of git. */
export const FOLDER = '040000';
export const SYMLINK = '120000';
export const SUBMODULE = '160000';

/** What a tree has at a path, under every spelling that a file system which ignores case takes for the same. */
export interface Place {
  /** As it is spelled in the tree, from its top. */
  path: string;
  mode: string;
  sha: string;
  /** A symbolic link or a submodule on the way: what is behind it is not in the tree. */
  leadsAway: boolean;
}

/** The folders of trees; each is asked for once. */
export type TreeListing = (tree: string) => Promise<TreeFile[]>;

/** Asks a forge for folders of trees, each one once: an object of git never changes. */
export function treeListing(forge: Pick<Forge, 'treeAt'>): TreeListing {
  const known = new Map<string, Promise<TreeFile[]>>();
  return (tree) => {
    const listed = known.get(tree) ?? forge.treeAt(tree);
    known.set(tree, listed);
    return listed;
  };
}

/** Everything in a tree that a path may mean; the path is from the top, without '.' and '..'; '' is the top itself. */
export async function placesOf(listing: TreeListing, tree: string, path: string): Promise<Place[]> {
  let open: { path: string; sha: string }[] = [{ path: '', sha: tree }];
  const found: Place[] = [];
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0) return [{ path: '', mode: FOLDER, sha: tree, leadsAway: false }];
  for (const [position, part] of parts.entries()) {
    const last = position === parts.length - 1;
    const next: { path: string; sha: string }[] = [];
    for (const folder of open) {
      for (const entry of (await listing(folder.sha)).filter((each) => folded(each.path) === folded(part))) {
        const place = { ...entry, path: folder.path === '' ? entry.path : `${folder.path}/${entry.path}` };
        const leadsAway = entry.mode === SYMLINK || (entry.mode === SUBMODULE && !last);
        if (last || leadsAway) found.push({ ...place, leadsAway });
        else if (entry.mode === FOLDER) next.push(place);
      }
    }
    open = next;
  }
  return found;
}

/** Whether two trees have the same at a path. What leads away could be anything, so that is never the same. */
export function areSame(before: readonly Place[], after: readonly Place[]): boolean {
  const text = (places: readonly Place[]) => JSON.stringify(places.map(({ path, mode, sha }) => [path, mode, sha]).sort());
  return ![...before, ...after].some(({ leadsAway }) => leadsAway) && text(before) === text(after);
}

/** The place that is spelled exactly so. */
export function exactly(places: readonly Place[], path: string): Place | undefined {
  return places.find((place) => place.path === path);
}

/** A name as file systems that ignore case compare it, roughly: those of macOS and Windows. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
