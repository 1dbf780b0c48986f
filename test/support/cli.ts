import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { vendorRelease } from './shared-cn2.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What Node made of the sources, kept by their content: without it half of a short run is the removal of types. */
const COMPILED = join(ROOT, 'node_modules/.cache/compiled');

/** From source; in a run of all tests from the bundle, which has just been compared with the sources, and starts in half the time. */
const PROGRAM = join(ROOT, process.env['CN2_FLEET_TEST_PROGRAM'] ?? 'src/main.ts');

export interface CliResult {
  exitCode: number;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  environment?: Record<string, string>;
  /** Kills the process when this returns true for a line of its stderr. */
  killAt?: (line: string) => boolean;
  /** With what; SIGKILL unless another signal is named. */
  killWith?: NodeJS.Signals;
  /** Milliseconds between that line and the signal; absent: at once. */
  killAfter?: number;
}

/** The tool as a process of its own, in a folder of a user. */
export function cli(folder: string, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE: COMPILED, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let ending = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (!ending && options.killAt !== undefined && text.split('\n').some(options.killAt)) {
        // Once: a second signal ends the process at once, whatever it has left.
        ending = true;
        const kill = () => child.kill(options.killWith ?? 'SIGKILL');
        if (options.killAfter === undefined) kill();
        else setTimeout(kill, options.killAfter).unref();
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ exitCode: code ?? 128, signal, stdout, stderr }));
  });
}

/** A copy of the guide's example in a folder of its own; `edit` changes the declaration. */
export function guideCopy(edit: (text: string) => string = (text) => text): string {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-user-'));
  cpSync(join(ROOT, 'examples/guide'), folder, { recursive: true });
  const file = join(folder, 'clusters.yaml');
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
  return folder;
}

/** A copy of the guide's example with the vendor's own manifests of a release; `edit` as above. */
export function vendorCopy(release: string, version: string, edit: (text: string) => string = (text) => text): string {
  const folder = guideCopy((text) =>
    edit(text.replace('version: 22.2.0.93', `version: ${version}`).replace('manifests: cn2/22.2', `manifests: cn2/${release}`)),
  );
  rmSync(join(folder, 'cn2'), { recursive: true });
  for (const [path, text] of Object.entries(vendorRelease(release))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}
