import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-bundle-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A copy of the bundle that a user runs: every run measures the same bytes, also when dist/ is built anew meanwhile. */
export const BUNDLE: string = join(folder, 'cn2-fleet.mjs');
copyFileSync(join(import.meta.dirname, '../dist/cn2-fleet.mjs'), BUNDLE);
