import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';

/** A program that runs in the background, its output in a file. */
export interface Daemon {
  readonly name: string;
  readonly process: ChildProcess;
  /** SIGKILL, and wait until it is gone: an API server takes a minute to end on SIGTERM while clients watch. */
  kill(): Promise<void>;
  /** The last lines of its output, for error messages. */
  tail(): Promise<string>;
}

/** Starts a daemon that dies with this process group's kill; `log` receives stdout and stderr. */
export function startDaemon(name: string, command: string, args: string[], log: string): Daemon {
  const output = createWriteStream(log);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(output);
  child.stderr.pipe(output);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('error', (error) => output.write(`${error.message}\n`));
  const killChild = () => child.kill('SIGKILL');
  process.once('exit', killChild);
  return {
    name,
    process: child,
    async kill() {
      process.removeListener('exit', killChild);
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill('SIGKILL');
      await ended;
    },
    async tail() {
      const file = await open(log);
      try {
        return (await file.readFile('utf8')).split('\n').slice(-15).join('\n');
      } finally {
        await file.close();
      }
    },
  };
}
