import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';

/** A failure that a person can act on; its message is the whole story. */
export class LabError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LabError';
  }
}

export interface RunOptions {
  /** Text for standard input. */
  input?: string;
  /** File for standard input, for archives. */
  inputFile?: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  cwd?: string;
  /** Milliseconds; then the program is killed. Default 10 minutes. */
  timeout?: number;
  signal?: AbortSignal;
}

export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and gives its standard output. Rejects with LabError (last lines of its words) on failure. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await attempt(command, args, options);
  if (result.exitCode !== 0) {
    const words = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-12).join('\n');
    throw new LabError(`${command} ${args.slice(0, 4).join(' ')} … ended with ${result.exitCode}:\n${words}`);
  }
  return result.stdout;
}

/** Runs a program to its end; its exit code is a result (127 where it cannot be started). */
export async function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const file = options.inputFile === undefined ? undefined : await open(options.inputFile);
  try {
    return await new Promise<RunResult>((resolve) => {
      const child = spawn(command, args, {
        env: { ...process.env, ...options.env },
        stdio: [file === undefined ? 'pipe' : file.fd, 'pipe', 'pipe'],
        timeout: options.timeout ?? 600_000,
        killSignal: 'SIGKILL',
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      let stdout = '';
      let stderr = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.stdin?.on('error', () => {}); // a program that does not read its input is not a failure
      child.stdin?.end(options.input ?? '');
      child.once('error', (error) => resolve({ exitCode: 127, stdout, stderr: `${stderr}${error.message}` }));
      child.once('close', (code, signal) =>
        resolve({ exitCode: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}` }),
      );
    });
  } finally {
    await file?.close();
  }
}

/** Runs a program that changes the host: through sudo where this process is not root. */
export function runAsRoot(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return process.getuid?.() === 0 ? run(command, args, options) : run('sudo', ['-n', command, ...args], options);
}
