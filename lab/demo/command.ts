import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** How a command of the demo ended, with all it printed. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  environment?: Record<string, string>;
  input?: string;
  /** Called with each line of stderr as it comes. */
  progress?: (line: string) => void;
}

/** Runs a program to its end, without a shell. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.environment }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      const line = text.trim().split('\n').at(-1)?.trim();
      if (line) options.progress?.(line);
    });
    child.stdin.on('error', () => {}); // a program that does not read its input is not a failure
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ exitCode: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}` }),
    );
  });
}

/** The tool as its users run it: the committed bundle. */
export function fleetCommand(checkout: string): (args: readonly string[], options: RunOptions) => Promise<Ended> {
  return (args, options) => run(process.execPath, [join(checkout, 'dist/cn2-fleet.mjs'), ...args], options);
}
