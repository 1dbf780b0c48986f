import { plainPath } from '../declare/roots.ts';

/** Where the files of a fleet are, from the top of the repository. */
export interface RepositoryPaths {
  declaration: string;
  /** The folder of the rendered manifests. */
  rendered: string;
  /** It is not the one beside the declaration, so the Action needs it as an input. */
  renderedElsewhere: boolean;
  /** The folders of the vendor's manifests, of all releases where such a folder has a parent; none for those outside the repository. */
  manifests: string[];
  /** The user's own manifests, files (with a name of YAML) and folders; those outside the repository are left out. */
  extra?: string[];
}

/**
 * Paths from the top of the repository for paths beside the declaration.
 * @param prefix the declaration's folder: '' or a path that ends with '/'
 */
export function repositoryPaths(
  prefix: string,
  declared: { file: string; rendered: string; manifests: readonly string[]; extra?: readonly string[] },
): RepositoryPaths {
  const folders = declared.manifests.map((folder) => plainPath(`${prefix}${folder}`));
  const inside = folders.filter((folder) => folder !== '' && !folder.startsWith('..'));
  const own = (declared.extra ?? []).filter((path) => path !== '' && !path.startsWith('/'));
  const extra = [...new Set(own.map((path) => plainPath(`${prefix}${path}`)))].filter((path) => !/^(\.\.(\/|$)|$)/.test(path));
  return {
    declaration: plainPath(`${prefix}${declared.file}`),
    rendered: plainPath(`${prefix}${declared.rendered}`),
    renderedElsewhere: plainPath(declared.rendered) !== 'rendered',
    manifests: [...new Set(inside.map((folder) => folderOfReleases(folder, prefix)))],
    ...(extra.length === 0 ? {} : { extra }),
  };
}

/** A change of release is a change of folder, so all of them are watched: cn2/22.2 → cn2. */
function folderOfReleases(manifests: string, prefix: string): string {
  const parent = manifests.split('/').slice(0, -1).join('/');
  return parent === '' || `${parent}/` === prefix || prefix.startsWith(`${parent}/`) ? manifests : parent;
}
