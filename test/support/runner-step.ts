import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type StepAnnotation, shownAnnotations, shownSummary } from './runner-limits.ts';

/** How a runner ends a step that is to be cancelled (actions/runner, ProcessInvoker: 7.5 s, 2.5 s, then SIGKILL; 5 s for pipes). */
export interface Patience {
  /** Milliseconds after SIGINT. */
  interrupt: number;
  /** Milliseconds after SIGTERM. */
  terminate: number;
  /** Milliseconds for processes that outlive the step and keep its output open. */
  output: number;
}

const RUNNER_PATIENCE: Patience = { interrupt: 7_500, terminate: 2_500, output: 5_000 };

export interface StepRequest {
  script: string;
  /** A program and its words in place of the script: how a JavaScript action is run. */
  program?: readonly [string, ...string[]];
  cwd: string;
  /** All of it: nothing of this process is added. */
  environment: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  patience?: Patience | undefined;
  line?: ((line: string) => void) | undefined;
}

export interface StepResult {
  exitCode: number | null;
  /** The signal that ended the shell of the step. */
  endedBy: NodeJS.Signals | null;
  /** Signals that the runner sent, in order. */
  sent: NodeJS.Signals[];
  /** Milliseconds. */
  time: number;
  /** Lines of both outputs, as they came. */
  lines: string[];
  /** Whether a process of the step outlived it: the runner goes on without it and kills it at the end of the job. */
  outlived: boolean;
  outputs: Record<string, string>;
  environment: Record<string, string>;
  paths: string[];
  /** As GitHub shows it. */
  summary: string;
  annotations: StepAnnotation[];
  /** Annotations beyond what GitHub shows of a step. */
  annotationsDropped: number;
  state: Record<string, string>;
}

const FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'] as const;

/**
 * Runs one step with `shell: bash` as GitHub's runner does: the script in a file, pipes instead of a terminal, no input, the
 * five files. Signals go to the shell alone, not to what it started: only a script that does `exec` is told of a cancel.
 */
export async function runStep(request: StepRequest): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-step-'));
  const { patience = RUNNER_PATIENCE, signal } = request;
  try {
    const script = join(folder, 'script.sh');
    writeFileSync(script, request.script);
    const files = Object.fromEntries(FILES.map((name) => [name, join(folder, name)]));
    for (const path of Object.values(files)) writeFileSync(path, '');
    const started = Date.now();
    const [program, ...words] = request.program ?? ['bash', '--noprofile', '--norc', '-e', '-o', 'pipefail', script];
    const child = spawn(program, words, {
      cwd: request.cwd,
      env: { ...request.environment, ...files },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const lines: string[] = [];
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        request.line?.(line);
      });
    }
    const sent: NodeJS.Signals[] = [];
    const timers: NodeJS.Timeout[] = [];
    const send = (name: NodeJS.Signals) => {
      if (child.kill(name)) sent.push(name);
    };
    const cancel = () => {
      send('SIGINT');
      timers.push(setTimeout(send, patience.interrupt, 'SIGTERM'));
      timers.push(setTimeout(send, patience.interrupt + patience.terminate, 'SIGKILL'));
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const [exitCode, endedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, name) => resolve([code, name]));
    });
    signal?.removeEventListener('abort', cancel);
    for (const timer of timers) clearTimeout(timer);
    let pause: NodeJS.Timeout | undefined;
    const outlived = await Promise.race([
      closed.then(() => false),
      new Promise<boolean>((resolve) => {
        pause = setTimeout(resolve, patience.output, true);
      }),
    ]);
    clearTimeout(pause);
    if (outlived && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await closed;
    const { shown, dropped } = shownAnnotations(lines);
    const read = (name: (typeof FILES)[number]) => readFileSync(files[name]!, 'utf8');
    return {
      exitCode,
      endedBy,
      sent,
      time: Date.now() - started,
      lines,
      outlived,
      outputs: fileCommands(read('GITHUB_OUTPUT')),
      environment: fileCommands(read('GITHUB_ENV')),
      paths: read('GITHUB_PATH')
        .split('\n')
        .filter((path) => path !== ''),
      summary: shownSummary(read('GITHUB_STEP_SUMMARY')),
      annotations: shown,
      annotationsDropped: dropped,
      state: fileCommands(read('GITHUB_STATE')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** NAME=VALUE and NAME<<END lines of a runner's file. Throws where the runner fails the step. */
function fileCommands(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (line === '') continue;
    const [, name, mark, rest] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === undefined || name === '') throw new Error(`Invalid format '${line}'`);
    if (mark === '=') values[name] = rest!;
    else {
      const end = lines.indexOf(rest!, at + 1);
      if (end < 0) throw new Error(`Matching delimiter not found '${rest}'`);
      values[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    }
  }
  return values;
}
