/** Runs every generator and says which checked-in file is not what it makes. Exit 1 when there is one; the files are then current. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const generators = readdirSync(import.meta.dirname).filter((name) => name.startsWith('generate-'));
const stale = generators.flatMap((generator) => {
  const changed = execFileSync(process.execPath, [join(import.meta.dirname, generator)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return changed.split('\n').filter((path) => path !== '');
});
if (stale.length > 0) {
  process.stderr.write(`not what the sources generate: ${stale.join(', ')}. They have been written again: commit them.\n`);
  process.exitCode = 1;
}
