import { spawn } from 'node:child_process';
import type { Process } from '../../ports/process.ts';

/** Other programs through child_process; without a shell, so nothing in an argument is ever interpreted. */
export function nodeProcess(environment: Readonly<Record<string, string | undefined>>): Process {
  return {
    run: (command, args, options = {}) =>
      new Promise((resolve) => {
        const child = spawn(command, args, {
          env: { ...environment, ...options.env },
          stdio: 'pipe',
          ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
          ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: 'SIGKILL' }),
        });
        let stdout = '';
        let stderr = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
        });
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr += text;
        });
        child.stdin.on('error', () => {}); // a program that does not read its input is no failure
        child.stdin.end(options.input ?? '');
        child.once('error', (error) => resolve({ exitCode: 127, stdout, stderr: `${stderr}${error.message}` }));
        child.once('close', (code, signal) =>
          resolve({ exitCode: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}` }),
        );
      }),
  };
}
