import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, ensureFolder } from '../../lab/binaries/cache.ts';
import { lockFile } from '../../lab/binaries/lock.ts';
import { run } from '../../lab/kind/commands.ts';

const PACKAGE = '@octokit/openapi@23.0.2';
const FILE = 'api.github.com.json';
/** Of the file. The package has 385 MB of variants of it, so it is no dependency. */
const SHA512 =
  'ea1a01e8c254ee2d52ecc9450516686f968386c9ec1c75b5fc21a517aa3277781c10d74c0c3f9ffddbcbee57031a8fff100057f18eb10ccc1ab2fdf1a9c7e650';

/** GitHub's own OpenAPI 3.0 description of its REST API: from the cache, else from npm (29 MB, once a host). */
export async function openApiText(): Promise<string> {
  const folder = await ensureFolder(cacheFolder(), 'github-openapi', '23.0.2');
  const path = join(folder, FILE);
  const there = await readFile(path, 'utf8').catch(() => undefined);
  if (there !== undefined && digest(there) === SHA512) return there;
  await using _lock = await lockFile(`${path}.lock`);
  const meanwhile = await readFile(path, 'utf8').catch(() => undefined);
  if (meanwhile !== undefined && digest(meanwhile) === SHA512) return meanwhile;
  const text = await fetchFile();
  if (digest(text) !== SHA512) throw new Error(`${PACKAGE} is not the one whose checksum is known`);
  await writeFile(`${path}.half`, text);
  await rename(`${path}.half`, path);
  return text;
}

async function fetchFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'github-openapi-'));
  try {
    const archive = (await run('npm', ['pack', PACKAGE, '--silent', '--pack-destination', folder], { cwd: folder })).trim();
    return await run('tar', ['-xzOf', join(folder, archive), `package/generated/${FILE}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function digest(text: string): string {
  return createHash('sha512').update(text).digest('hex');
}
