import type { Finding } from '../model/finding.ts';
import { exactly, FOLDER, type Place, SUBMODULE, SYMLINK } from './places.ts';
import type { Touched } from './touched.ts';

/** Findings (rule `rendered`) where the rendered folder is not a folder of the repository, or not the only one of its name. */
export function placeFindings({ before, after, rendered }: Touched, folder: string): Finding[] {
  const place = exactly(after, rendered);
  const others = after.filter(({ path, leadsAway }) => path !== rendered && !leadsAway);
  const behind = after.find(({ leadsAway }) => leadsAway);
  return [
    ...(behind === undefined ? [] : [at(folder, `${folder} leads through ${behind.path}, which is ${KIND[behind.mode]}`, REAL)]),
    ...(place === undefined || place.mode === FOLDER || place.leadsAway
      ? []
      : [at(folder, `${folder} is ${KIND[place.mode] ?? 'a file'}, not a folder`, REAL)]),
    ...(place === undefined && behind === undefined && before.length > 0
      ? [at(folder, `${folder} is removed: nothing could be applied from it any more`, KEEP)]
      : []),
    ...others.map((other) => at(folder, `${other.path} differs from ${rendered} only in its spelling: ${ONE}`, RENAME)),
  ];
}

function at(file: string, message: string, remedy: string): Finding {
  return { rule: 'rendered', severity: 'error', file, line: 1, column: 1, message, remedy };
}

const KIND: Readonly<Record<Place['mode'], string>> = { [SYMLINK]: 'a symbolic link', [SUBMODULE]: 'a submodule' };
const REAL = 'The rendered folder is a folder of the repository with files in it.';
const KEEP = 'Leave the rendered folder as it is on the base branch.';
const ONE = 'where a file system ignores case both are one folder';
const RENAME = 'Give it another name.';
