import { readFileSync, writeFileSync } from 'node:fs';

const LIMIT = '/proc/sys/fs/inotify/max_user_instances';
/** A node of the lab takes up to 30, all as root; Linux allows a user 128 unless told. */
const ENOUGH = 512;

/**
 * Makes room for the nodes of two labs at once. The disposable puts the limit back; undefined: there is no room, labs have to come one
 * after another.
 */
export function roomForTwoLabs(): Disposable | undefined {
  // Elsewhere, and for others than root, the lab's tests are skipped.
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { [Symbol.dispose]: () => {} };
  try {
    const before = readFileSync(LIMIT, 'utf8').trim();
    if (Number(before) >= ENOUGH) return { [Symbol.dispose]: () => {} };
    writeFileSync(LIMIT, `${ENOUGH}\n`);
    return { [Symbol.dispose]: () => writeFileSync(LIMIT, `${before}\n`) };
  } catch {
    return undefined;
  }
}
