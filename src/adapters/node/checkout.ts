import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A module of the checkout that this program runs from, by its path from the top: beside dist/ where the bundle runs, beside src/ from
 * source. Undefined where there is none: a bundle is published without it.
 */
export async function checkoutModule(path: string): Promise<unknown> {
  for (const folder of [join(import.meta.dirname, '..'), join(import.meta.dirname, '../../..')]) {
    const file = join(folder, path);
    try {
      await access(file);
    } catch {
      continue;
    }
    return import(pathToFileURL(file).href);
  }
  return undefined;
}
