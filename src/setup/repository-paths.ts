/** Where the files of a fleet are, from the top of the repository. */
export interface RepositoryPaths {
  declaration: string;
  /** The folder of the rendered manifests. */
  rendered: string;
  /** It is not the one beside the declaration, so the Action needs it as an input. */
  renderedElsewhere: boolean;
  /** The vendor's manifests, of all releases where their folder has a parent; absent: outside the repository. */
  manifests?: string;
}

/**
 * Paths from the top of the repository for paths beside the declaration.
 * @param prefix the declaration's folder: '' or a path that ends with '/'
 */
export function repositoryPaths(
  prefix: string,
  declared: { file: string; rendered: string; manifests: string },
): RepositoryPaths {
  const manifests = fromTop(`${prefix}${declared.manifests}`);
  return {
    declaration: fromTop(`${prefix}${declared.file}`),
    rendered: fromTop(`${prefix}${declared.rendered}`),
    renderedElsewhere: fromTop(declared.rendered) !== 'rendered',
    ...(manifests === '' || manifests.startsWith('..') ? {} : { manifests: folderOfReleases(manifests, prefix) }),
  };
}

/** Path of a workflow, from the declaration's folder. */
export function fromDeclaration(prefix: string, path: string): string {
  return `${'../'.repeat(prefix.split('/').length - 1)}${path}`;
}

/** A change of release is a change of folder, so all of them are watched: cn2/22.2 → cn2. */
function folderOfReleases(manifests: string, prefix: string): string {
  const parent = manifests.split('/').slice(0, -1).join('/');
  return parent === '' || `${parent}/` === prefix || prefix.startsWith(`${parent}/`) ? manifests : parent;
}

/** A path from the top of the repository without '.' and '..'; what leads out of the repository keeps its '..'. */
export function fromTop(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
