import about from '../package.json' with { type: 'json' };

/** The program's version. */
export const VERSION: string = about.version;

/** Where the program and its Action are on GitHub, owner/name: all that names them is made of this. */
export const REPOSITORY = about.repository.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, '');

/** What --version says; `commit`: where it is known. */
export function versionText(commit: string | undefined): string {
  return `cn2-fleet ${VERSION}${commit === undefined ? '' : ` (commit ${commit})`}`;
}
