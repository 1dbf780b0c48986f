import type { Finding } from '../model/finding.ts';
import type { TreeFile } from '../ports/forge.ts';
import { blobId } from '../render/blob-id.ts';
import { firstDifference } from '../render/committed.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { SUBMODULE, SYMLINK } from './places.ts';

/** A file of the rendered folder that is not what the declaration renders. */
export interface FileFault {
  /** Below the rendered folder. */
  path: string;
  fault: 'surplus' | 'missing' | 'edited';
  line?: number;
  /** What git has there instead of a file. */
  instead?: string;
  /** What it says, where the checkout has just that. */
  text?: string;
}

/**
 * Compares the rendered folder of a commit, byte for byte by the names that git gives its files, with a fresh render. plan.json is no
 * part of it. `checkedOut`: texts that tell lines and objects of what is edited.
 */
export function fileFaults(
  entries: readonly TreeFile[],
  fresh: Readonly<Record<string, string>>,
  checkedOut: Readonly<Record<string, string>>,
): FileFault[] {
  const there = new Set(entries.map(({ path }) => path));
  const missing = Object.keys(fresh).filter((path) => !there.has(path));
  const faults = entries
    .filter(({ path, mode }) => path !== PLAN_FILE || NO_FILE[mode] !== undefined)
    .flatMap((entry): FileFault[] => {
      const should = fresh[entry.path];
      const instead = NO_FILE[entry.mode];
      if (instead !== undefined) return [{ path: entry.path, fault: should === undefined ? 'surplus' : 'edited', instead }];
      if (should !== undefined && blobId(should, entry.sha) === entry.sha) return [];
      const text = textOf(entry, checkedOut);
      const line = should === undefined || text === undefined ? undefined : firstDifference(text, should);
      return [
        {
          path: entry.path,
          fault: should === undefined ? 'surplus' : 'edited',
          ...(line === undefined ? {} : { line }),
          ...(text === undefined ? {} : { text }),
        },
      ];
    });
  return [...faults, ...missing.map((path): FileFault => ({ path, fault: 'missing' }))].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0,
  );
}

const NO_FILE: Readonly<Record<string, string>> = { [SYMLINK]: 'a symbolic link', [SUBMODULE]: 'a submodule' };

/** Text of a file as the commit has it, from the checkout; a checkout that converts line ends has another one. */
export function textOf({ path, sha }: TreeFile, checkedOut: Readonly<Record<string, string>>): string | undefined {
  const text = checkedOut[path];
  return text === undefined ? undefined : [text, text.replaceAll('\r\n', '\n')].find((each) => blobId(each, sha) === sha);
}

/** A finding (rule `rendered`) for each; `folder`: the rendered folder, relative to the declaration. */
export function fileFindings(faults: readonly FileFault[], folder: string): Finding[] {
  return faults.map(({ path, fault, line, instead }) => ({
    rule: 'rendered',
    severity: 'error',
    file: `${folder}/${path}`,
    line: line ?? 1,
    column: 1,
    message: `${folder}/${path} ${instead === undefined ? SENTENCE[fault] : `is ${instead}: the rendered folder holds files only`}`,
    remedy: fault === 'surplus' && instead === undefined ? REMOVE : LEAVE,
  }));
}

const SENTENCE: Readonly<Record<FileFault['fault'], string>> = {
  surplus: 'is not what the declaration renders: this file is not part of it',
  missing: 'is missing, although the declaration renders it',
  edited: 'is not what the declaration renders',
};
const REMOVE = 'Remove it: the rendered folder holds nothing but what the declaration renders.';
const LEAVE =
  'Change the declaration or the manifests instead, leave rendered/ as it is on the base branch, and let the propose workflow render it.';
