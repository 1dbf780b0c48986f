/** Builds the bundle again and compares it, byte by byte, with the committed one. Exit 1 says what differs. */
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

async function snapshot(): Promise<Map<string, string>> {
  const files = (await readdir(dist).catch(() => [])).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file, (await readFile(join(dist, file))).toString('base64')] as const)),
  );
}

const committed = await snapshot();
execFileSync(process.execPath, [join(import.meta.dirname, 'build.ts')], { stdio: 'inherit' });
const built = await snapshot();
const differing = [...new Set([...committed.keys(), ...built.keys()])].filter((file) => committed.get(file) !== built.get(file));
if (differing.length > 0) {
  process.stderr.write(`dist/ is not what its sources build: ${differing.join(', ')}. Run "make dist" and commit the result.\n`);
  process.exitCode = 1;
}
