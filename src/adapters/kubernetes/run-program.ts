import { spawn } from 'node:child_process';

/** How a program ended. */
export type ProgramEnd =
  | { status: 'exited'; exitCode: number; stdout: string; stderr: string }
  | { status: 'not-started'; code: string }
  | { status: 'killed'; signal: string; stderr: string }
  | { status: 'too-late'; stderr: string }
  | { status: 'too-much' };

/** More than this is not a credential. */
const LARGEST_OUTPUT = 1024 * 1024;
/** The end of what a program prints on stderr is kept: that is where its error is. */
const KEPT_WORDS = 8 * 1024;

/** How to end each running program. One listener for all of them: Node warns about an eleventh. */
const running = new Set<() => void>();

/** An interrupted run leaves no program running. */
function endWithThisProcess(end: () => void): void {
  if (running.size === 0) process.off('exit', endAll).once('exit', endAll);
  running.add(end);
}

function endAll(): void {
  for (const end of running) end();
}

/**
 * Runs a program without stdin, without a shell and without a terminal, for at most `deadline` milliseconds; then it and what it
 * started are killed. Never throws.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { env, deadline }: { env: Record<string, string>; deadline: number },
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    // A group of its own, so that what the program started goes with it, and no terminal that it could ask a person on.
    const group = process.platform !== 'win32';
    const child = started(command, args, env, group);
    if (typeof child === 'string') return resolve({ status: 'not-started', code: child });
    const stdout: Buffer[] = [];
    let size = 0;
    let stderr = '';
    let settled = false;
    const settle = (ended: ProgramEnd) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      running.delete(end);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(ended);
    };
    const end = () => {
      try {
        if (group && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    };
    const kill = (ended: ProgramEnd) => {
      end();
      settle(ended);
    };
    endWithThisProcess(end);
    const timer = setTimeout(() => kill({ status: 'too-late', stderr }), deadline);
    child.stdout.on('data', (data: Buffer) => {
      size += data.length;
      if (size > LARGEST_OUTPUT) kill({ status: 'too-much' });
      else stdout.push(data);
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr = (stderr + data.toString('utf8')).slice(-KEPT_WORDS);
    });
    child.once('error', (error: NodeJS.ErrnoException) => settle({ status: 'not-started', code: error.code ?? '' }));
    child.once('close', (code, signal) =>
      settle(
        code === null
          ? { status: 'killed', signal: String(signal), stderr }
          : { status: 'exited', exitCode: code, stdout: Buffer.concat(stdout).toString('utf8'), stderr },
      ),
    );
  });
}

/** The program, or the code of why it cannot be started; where the system finds that out later, it is an event. */
function started(command: string, args: readonly string[], env: Record<string, string>, group: boolean) {
  try {
    return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: group, windowsHide: true });
  } catch (error) {
    return String((error as { code?: unknown }).code ?? 'no code');
  }
}
