import type { Finding } from '../model/finding.ts';
import { fromTop } from '../setup/repository-paths.ts';
import type { RunOptions } from './verb.ts';

/** Findings with files from the top of the repository, where GitHub looks for them, instead of from where the user is. */
export function placedFromTop(
  findings: readonly Finding[],
  { shownFile, shownFolder, file }: RunOptions,
  prefix: string,
): Finding[] {
  const path = (shown: string) => {
    if (shown === shownFile) return `${prefix}${file}`;
    return shown.startsWith(shownFolder) ? fromTop(`${prefix}${shown.slice(shownFolder.length)}`) : shown;
  };
  return findings.map((finding) => ({
    ...finding,
    ...(finding.file === undefined ? {} : { file: path(finding.file) }),
    ...(finding.related === undefined ? {} : { related: finding.related.map((place) => ({ ...place, file: path(place.file) })) }),
  }));
}
