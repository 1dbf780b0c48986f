import { execFile } from 'node:child_process';
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, cacheKey, ensureFolder, folderParts } from './cache.ts';
import { lockFile } from './lock.ts';
import { BINARY_MODULES, type BinaryCommand, type BinaryModule, type BinaryName } from './modules.ts';
import { buildProgress } from './progress.ts';

const run = promisify(execFile);

/**
 * The build must not depend on the toolchain that a module asks for, nor on a C compiler of this host, nor on a workspace in a folder above,
 * which may be anybody's: it would say what is built.
 */
const BUILD_ENVIRONMENT = { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly', GOWORK: 'off', CGO_ENABLED: '0' };

export interface BinaryOptions {
  /** Default: cacheFolder(). */
  cacheDir?: string;
  /** One line for each build that starts, with what is left; nothing when all is there. */
  progress?: (line: string) => void;
}

/**
 * Paths of the named programs. What the cache lacks is built with Go from the modules beside this file; a binary's place
 * depends on the content of its module folder, the flags and the Go version. Two processes never build the same module
 * at once. Rejects when Go is missing or a build fails (the compiler's words are in the message).
 */
export async function ensureBinaries<Name extends BinaryName>(
  names: readonly Name[],
  options: BinaryOptions = {},
): Promise<Record<Name, string>> {
  const cache = await ensureFolder(options.cacheDir ?? cacheFolder(), 'binaries');
  const go = await goVersion();
  const wanted = await Promise.all(
    BINARY_MODULES.map(async (module) => {
      const commands = module.commands.filter((command) => (names as readonly string[]).includes(command.name));
      const folder = commands.length === 0 ? '' : join(cache, await moduleKey(module, go));
      return { module, folder, commands };
    }),
  );
  const paths = {} as Record<BinaryName, string>;
  const missing: typeof wanted = [];
  for (const want of wanted) {
    const absent: BinaryCommand[] = [];
    for (const command of want.commands) {
      paths[command.name] = join(want.folder, command.name);
      if (!(await exists(paths[command.name]))) absent.push(command);
    }
    if (absent.length > 0) missing.push({ ...want, commands: absent });
  }
  const announce = buildProgress(missing, availableParallelism());
  for (const { module, folder, commands } of missing) {
    await using _lock = await lockFile(`${folder}.lock`);
    await ensureFolder(folder);
    for (const command of commands) {
      const path = paths[command.name];
      if (await exists(path)) continue; // another process was faster
      options.progress?.(announce(command.name));
      await buildCommand(module, command, path);
    }
  }
  return paths;
}

/** Name of a module's folder in the cache. */
async function moduleKey(module: BinaryModule, go: string): Promise<string> {
  const source = await folderParts(moduleFolder(module), (path) => /(^go\.(mod|sum)|\.go)$/.test(path));
  return `${module.folder}-${cacheKey([go, ...module.flags, ...source])}`;
}

function moduleFolder(module: BinaryModule): string {
  return join(import.meta.dirname, module.folder);
}

async function buildCommand(module: BinaryModule, command: BinaryCommand, path: string): Promise<void> {
  const temporary = await mkdtemp(`${path}.building-`);
  try {
    const output = join(temporary, command.name);
    await run('go', ['build', ...module.flags, '-o', output, command.package], {
      cwd: moduleFolder(module),
      env: { ...process.env, ...BUILD_ENVIRONMENT },
      maxBuffer: 64 * 1024 * 1024,
    });
    await rename(output, path);
  } catch (cause) {
    const words = (cause as { stderr?: string }).stderr?.trim().split('\n').slice(-15).join('\n');
    throw new Error(`building ${command.name} failed${words ? `:\n${words}` : ''}`, { cause });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function goVersion(): Promise<string> {
  try {
    const { stdout } = await run('go', ['env', 'GOVERSION', 'GOOS', 'GOARCH'], {
      env: { ...process.env, GOTOOLCHAIN: 'local' },
      cwd: import.meta.dirname,
    });
    return stdout.trim();
  } catch (cause) {
    throw new Error('Go 1.26 or newer is needed on PATH: the lab builds Kubernetes from its published modules', { cause });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
