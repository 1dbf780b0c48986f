import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BUNDLE } from './bundle.ts';
import { percentile } from './statistics.ts';

/** How often a process is looked at, milliseconds: what it uses in its last moments is missed. */
const LOOK = 10;

export interface ProcessRun {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** From before the spawn until its output is closed, milliseconds. */
  wall: number;
  /** Start on the clock of the audit logs, milliseconds since the epoch. */
  startedAt: number;
  /** Processor time of the process and its children, milliseconds. */
  cpu: number;
  /** Largest resident set, MiB. */
  rss: number;
}

export interface Command {
  program: string;
  args: readonly string[];
  folder: string;
  environment?: Readonly<Record<string, string>>;
  /** The exit codes that belong to the thing that is measured; any other throws with what the process said. */
  exits: readonly number[];
}

/** The tool's bundle as a command. */
export function tool(folder: string, args: readonly string[], exits: readonly number[], environment = {}): Command {
  return { program: process.execPath, args: [BUNDLE, ...args], folder, environment, exits };
}

/** Runs a command to its end. */
export function runProcess(command: Command): Promise<ProcessRun> {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(command.program, command.args, {
      cwd: command.folder,
      env: { PATH: process.env['PATH'], HOME: command.folder, ...command.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    let usage = { cpu: 0, rss: 0 };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const looking = setInterval(() => {
      usage = usageOf(child.pid) ?? usage;
    }, LOOK);
    child.once('error', reject);
    child.once('close', (code) => {
      const wall = performance.now() - started;
      clearInterval(looking);
      const exitCode = code ?? 128;
      if (command.exits.includes(exitCode)) resolve({ exitCode, stdout, stderr, wall, startedAt, ...usage });
      else reject(new Error(`${command.args.join(' ')} ended with ${exitCode}:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`));
    });
  });
}

/** Ticks of /proc a second (USER_HZ, a constant of Linux' interface). */
const TICKS = 100;

/** What a process has used so far; undefined when it is gone. */
function usageOf(pid: number | undefined): { cpu: number; rss: number } | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    // Behind the name in parentheses: utime, stime, cutime and cstime are fields 14 to 17.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return kilobytes === undefined ? undefined : { cpu: (ticks * 1000) / TICKS, rss: Number(kilobytes) / 1024 };
  } catch {
    return undefined;
  }
}

/** Several runs of the same work, summed up. */
export interface Measured {
  runs: number;
  median: number;
  p95: number;
  /** Median of the processor time, milliseconds. */
  cpu: number;
  /** The largest of all runs, MiB. */
  rss: number;
}

/** Does the same work repeatedly, one after another, after one run that is not counted (caches of files and of discovery). */
export async function measure(runs: number, work: () => Promise<readonly ProcessRun[]>): Promise<Measured> {
  await work();
  const walls: number[] = [];
  const times: number[] = [];
  let rss = 0;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    const ended = await work();
    walls.push(performance.now() - started);
    times.push(ended.reduce((sum, process) => sum + process.cpu, 0));
    rss = Math.max(rss, ...ended.map((process) => process.rss));
  }
  return { runs, median: percentile(walls, 0.5), p95: percentile(walls, 0.95), cpu: percentile(times, 0.5), rss };
}
