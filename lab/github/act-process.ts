import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ActRecord, actRecord } from './act-records.ts';

export interface ActProcess {
  act: string;
  arguments: readonly string[];
  cwd: string;
  environment: Record<string, string>;
  record: (record: ActRecord) => void;
  /** Cancels the run: act kills the step that runs, then runs the steps with `always()`. */
  signal?: AbortSignal | undefined;
}

/** Milliseconds until what is left of the step that ran is killed: act kills its shell only and then waits for the others. */
const AFTER_INT = 200;
/** Milliseconds that act has for the steps with `always()`, and then for ending at all. */
const AFTER_CANCEL = 60_000;
const AFTER_TERM = 5_000;

/** Runs act to its end; the exit code (128 where a signal ended it) and what it said on standard error. */
export async function runAct(run: ActProcess): Promise<{ exitCode: number; stderr: string }> {
  const child = spawn(run.act, run.arguments, { cwd: run.cwd, env: run.environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const timers: NodeJS.Timeout[] = [];
  const cancel = () => {
    const steps = childrenOf(child.pid);
    child.kill('SIGINT');
    timers.push(setTimeout(() => steps.forEach(killGroup), AFTER_INT));
    timers.push(setTimeout(() => child.kill('SIGTERM'), AFTER_CANCEL));
    timers.push(setTimeout(() => child.kill('SIGKILL'), AFTER_CANCEL + AFTER_TERM));
  };
  if (run.signal?.aborted) cancel();
  run.signal?.addEventListener('abort', cancel, { once: true });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => run.record(actRecord(line)));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ exitCode: code ?? 128, stderr }));
    });
  } finally {
    run.signal?.removeEventListener('abort', cancel);
    for (const timer of timers) clearTimeout(timer);
  }
}

/** Ids of the direct children of a process, from /proc. */
function childrenOf(id: number | undefined): number[] {
  const threads = id === undefined ? [] : readdirSync(`/proc/${id}/task`);
  return threads.flatMap((thread) =>
    readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8')
      .split(' ')
      .filter((word) => word !== '')
      .map(Number),
  );
}

/** Kills a step: act starts each one in a process group of its own. */
function killGroup(id: number): void {
  try {
    process.kill(-id, 'SIGKILL');
  } catch {
    // it has ended
  }
}
