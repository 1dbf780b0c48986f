import type { FilePosition, Finding } from '../model/finding.ts';
import type { Oddity, PathFacts } from '../model/path-facts.ts';

/** What is judged: which rule speaks, what the path is called, and where it is declared (else at the path itself). */
export interface JudgedPath {
  rule: 'manifests' | 'rendered';
  path: string;
  declaredAt?: FilePosition;
}

const SENTENCE: Record<Oddity['kind'], string> = {
  link: 'is a symbolic link, which is not followed',
  special: 'is neither a file nor a folder',
  repository: 'is a repository of its own, whose files are not part of the commit',
  crowd: 'holds more files, or more levels of folders, than can be searched',
  nameless: 'has a name that is not UTF-8',
};

const REMEDY: Record<Oddity['kind'], string> = {
  link: 'Put the file that it leads to in its place: only files of the repository are merged.',
  special: 'Remove it.',
  repository: 'Commit the files themselves instead of a submodule or a clone.',
  crowd: 'Name the folder that holds these files alone.',
  nameless: 'Rename or remove it.',
};

/**
 * Findings for a path that is not, with everything on the way to it and below it, made of plain files of the work tree: what is
 * elsewhere is not what was merged, and whoever may push a branch may let a link lead anywhere.
 */
export function judgePath({ outside, inRepository, oddities }: PathFacts, { rule, path, declaredAt }: JudgedPath): Finding[] {
  const place = (found: string) => declaredAt ?? { file: found, line: 1, column: 1 };
  if (outside) {
    const where = inRepository ? 'the repository' : "the declaration's folder, and there is no git repository around it";
    return [
      {
        rule,
        severity: 'error',
        ...place(path),
        message: `${path} leads out of ${where}`,
        remedy: 'Name a folder inside it: files elsewhere are not merged.',
      },
    ];
  }
  return oddities.map((oddity) => ({
    rule,
    severity: 'error',
    ...place(oddity.path),
    message: `${oddity.path} ${SENTENCE[oddity.kind]}`,
    remedy: REMEDY[oddity.kind],
  }));
}
