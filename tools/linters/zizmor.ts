import { access, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, cacheKey, ensureFolder, folderParts } from '../../lab/binaries/cache.ts';
import { lockFile } from '../../lab/binaries/lock.ts';
import { run } from './run.ts';

/**
 * Path of zizmor. What the cache lacks comes from PyPI, with the version and the checksums of zizmor.txt. Rejects without Python, pip
 * or network, with the words of pip.
 */
export async function ensureZizmor(): Promise<string> {
  const key = cacheKey(await folderParts(import.meta.dirname, (path) => path === 'zizmor.txt'));
  const folder = join(await ensureFolder(cacheFolder(), 'linters'), `zizmor-${key}`);
  const program = join(folder, 'bin/zizmor');
  await using _lock = await lockFile(`${folder}.lock`);
  if (await exists(program)) return program;
  const temporary = `${folder}.installing`;
  await rm(temporary, { recursive: true, force: true });
  const list = join(import.meta.dirname, 'zizmor.txt');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:', '--no-deps'];
  const { code, output } = await run('python3', [...pip, '--require-hashes', '--target', temporary, '-r', list]);
  if (code !== 0) throw new Error(output);
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder);
  return program;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
