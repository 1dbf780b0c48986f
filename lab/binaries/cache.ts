import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where everything lies that the lab makes: binaries, images, state of running labs. Never inside a work tree.
 * $CN2_FLEET_CACHE, else $XDG_CACHE_HOME/cn2-fleet, else ~/.cache/cn2-fleet.
 */
export function cacheFolder(env: Record<string, string | undefined> = process.env): string {
  if (env.CN2_FLEET_CACHE) return env.CN2_FLEET_CACHE;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cn2-fleet');
}

/** 16 hex digits for a list of texts; the length of each counts, so ['ab','c'] and ['a','bc'] differ. */
export function cacheKey(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

/** The files of a folder, recursively and sorted, as 'path', 'content', …: what a cache key is made of. */
export async function folderParts(folder: string, matches: (path: string) => boolean = () => true): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(matches)
    .sort();
  const parts: string[] = [];
  for (const path of paths) parts.push(path, await readFile(join(folder, path), 'latin1'));
  return parts;
}

/** Makes a folder and gives its path back. */
export async function ensureFolder(...path: string[]): Promise<string> {
  const folder = join(...path);
  await mkdir(folder, { recursive: true });
  return folder;
}
