import type { Finding } from '../model/finding.ts';

/** What the user calls a declaration. */
export interface DeclarationNames {
  /** Its name in its folder. */
  file: string;
  /** As the user wrote it: what findings call it. */
  shownFile: string;
  /** What stands before a path of its folder so that it leads there from where the user is; '' or ends with '/'. */
  shownFolder: string;
}

/**
 * The three roots that a path of a fleet is told from. Inside the program it is relative to the declaration's folder; people read it
 * from where they are, GitHub and git from the top of the repository. The declaration itself is called as the user wrote it.
 */
export interface Roots {
  /** From the declaration's folder to where the user is. */
  forUser(path: string): string;
  /** From the declaration's folder to the top of the repository; what leads out of the repository keeps its '..'. */
  fromTop(path: string): string;
  /** From the top of the repository to the declaration's folder. */
  fromDeclaration(path: string): string;
  /** Findings of the declaration's folder, for the user. */
  findingsForUser(findings: readonly Finding[]): Finding[];
  /** Findings for the user, for GitHub. */
  findingsFromTop(findings: readonly Finding[]): Finding[];
}

/**
 * The roots of a declaration.
 * @param prefix the declaration's folder from the top of the repository, '' or with '/' at its end; without it the declaration counts
 *   as lying at the top
 */
export function rootsOf({ file, shownFile, shownFolder }: DeclarationNames, prefix = ''): Roots {
  const fromTop = (path: string) => plainPath(`${prefix}${path}`);
  const topOfShown = (shown: string) => {
    if (shown === shownFile) return fromTop(file);
    return shown.startsWith(shownFolder) ? fromTop(shown.slice(shownFolder.length)) : shown;
  };
  const shownOf = (path: string) => (path === shownFile || path.startsWith('/') ? path : `${shownFolder}${path}`);
  return {
    forUser: (path) => `${shownFolder}${path}`,
    fromTop,
    fromDeclaration: (path) => `${'../'.repeat(prefix.split('/').length - 1)}${path}`,
    findingsForUser: (findings) => placed(findings, shownOf),
    findingsFromTop: (findings) => placed(findings, topOfShown),
  };
}

/** A path without '.', '..' and doubled slashes; what leads above its root keeps its '..'. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function placed(findings: readonly Finding[], path: (file: string) => string): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    ...(finding.file === undefined ? {} : { file: path(finding.file) }),
    ...(finding.related === undefined ? {} : { related: finding.related.map((place) => ({ ...place, file: path(place.file) })) }),
  }));
}
