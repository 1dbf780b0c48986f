/**
 * Writes the notes of a release, .tmp/release/release-notes.md, out of CHANGELOG.md: node tools/release-notes.ts vX.Y.Z. Exit 1 where
 * the tag is not that of the version, or the change log has nothing under it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERSION } from '../src/version.ts';
import { releaseNotes } from './change-log.ts';

const ROOT = dirname(import.meta.dirname);
const tag = process.argv[2] ?? `v${VERSION}`;
const notes = releaseNotes(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), VERSION);
const fault =
  tag !== `v${VERSION}`
    ? `the tag ${tag} is not that of the version in package.json, ${VERSION}`
    : notes === ''
      ? `CHANGELOG.md has nothing under ## ${VERSION}`
      : undefined;
if (fault === undefined) {
  mkdirSync(join(ROOT, '.tmp/release'), { recursive: true });
  writeFileSync(join(ROOT, '.tmp/release/release-notes.md'), `${notes}\n`);
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
