import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../examples/guide');

/** The example of the guide's two clusters with the lab's release, path → text. */
export function guideFolder(): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes('rendered')) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(FOLDER.length + 1)] = readFileSync(path, 'utf8');
  }
  return files;
}
