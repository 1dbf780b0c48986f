import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { DeclarationNames } from '../declare/roots.ts';

/** Where a declaration lies on this host, and how paths of the command line lead to its folder. */
export interface DeclarationPlace extends DeclarationNames {
  /** Its folder, absolute. */
  folder: string;
  /** A path of the command line, relative to that folder; with slashes also on Windows: it becomes a path of the repository. */
  local(path: string): string;
}

/** The place of the declaration that the user names, from the folder in which the program runs. */
export function declarationPlace(shownFile: string): DeclarationPlace {
  const folder = dirname(resolve(shownFile));
  const shownFolder = dirname(shownFile);
  return {
    file: basename(shownFile),
    shownFile,
    shownFolder: shownFolder === '.' ? '' : `${shownFolder}/`,
    folder,
    local: (path) => relative(folder, resolve(path)).split(sep).join('/'),
  };
}
