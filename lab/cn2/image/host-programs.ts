import { execFile } from 'node:child_process';
import { access, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TarEntry } from './tar.ts';

const run = promisify(execFile);

/** A program of this host and the Debian package that brings it. */
export interface HostProgram {
  name: string;
  package: string;
}

const FOLDERS = ['/usr/sbin', '/usr/bin'];
const MADE_ALREADY = new Set(['usr/lib', 'usr/lib64']);

/**
 * Finds programs on this host. All that are missing are named in one error, with the packages to install.
 */
export async function findPrograms(programs: readonly HostProgram[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const missing: HostProgram[] = [];
  for (const program of programs) {
    const path = await firstPresent(FOLDERS.map((folder) => join(folder, program.name)));
    if (path === undefined) missing.push(program);
    else found[program.name] = path;
  }
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    const packages = [...new Set(missing.map((program) => program.package))].join(' ');
    throw new Error(`the lab's images need ${names} from this host; install ${packages}`);
  }
  return found;
}

/** The shared libraries and the loader of programs, under the paths where the loader looks for them, /usr merged. */
export async function libraries(programs: readonly string[]): Promise<TarEntry[]> {
  const sources = new Map<string, string>();
  for (const program of programs) {
    for (const library of await needed(program)) {
      sources.set(library.replace(/^\/lib/, '/usr/lib').slice(1), await realpath(library));
    }
  }
  // Folders are named too: unpackers differ in the mode that they give to one that is only implied.
  const folders = new Set([...sources.keys()].map(dirname).filter((folder) => !MADE_ALREADY.has(folder)));
  return [
    ...[...folders].map((path): TarEntry => ({ kind: 'folder', path, mode: 0o755 })),
    ...[...sources].map(([path, source]): TarEntry => ({ kind: 'copy', path, mode: 0o755, source })),
  ];
}

/** Paths that ldd names; none for a static program, an error for a library that is missing. */
async function needed(program: string): Promise<string[]> {
  let output: string;
  try {
    ({ stdout: output } = await run('ldd', [program], { env: { ...process.env, LC_ALL: 'C' } }));
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    if (/not a dynamic executable|statically linked/.test(stdout + stderr)) return [];
    throw new Error(`ldd ${program}: ${stderr.trim() || String(error)}`, { cause: error });
  }
  const lost = output.match(/^\s*(\S+) => not found/m);
  if (lost) throw new Error(`${program} needs ${lost[1]}, which this host does not have`);
  return [...output.matchAll(/(\/\S+) \(0x[0-9a-f]+\)/g)].map((match) => match[1]!);
}

async function firstPresent(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (present) return path;
  }
  return undefined;
}
