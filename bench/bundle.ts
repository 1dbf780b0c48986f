import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-bundle-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
cpSync(join(import.meta.dirname, '../dist'), folder, { recursive: true });

/** A copy of the bundle that a user runs: every run measures the same bytes, also when dist/ is built again in the meantime. */
export const BUNDLE: string = join(folder, 'cn2-fleet.mjs');

/** Bytes of all files of the bundle, as they are and gzipped one by one. */
export function bundleSize(): { files: number; bytes: number; gzipped: number } {
  const contents = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);
  return {
    files: contents.length,
    bytes: sum(contents.map(({ length }) => length)),
    gzipped: sum(contents.map((content) => gzipSync(content).length)),
  };
}
