/**
 * However a smoke test ends, nothing of it is left: node test/soak/endings.ts [ENDING…]; COUNT: how often each (1), LAB: a lab that is up. Ends with 1 where
 * something is left, or where the exit code is another one.
 */
import { inspect } from 'node:util';
import { cli } from '../support/cli.ts';
import { type FaultLab, startFaultLab } from './fault-lab.ts';
import { say } from './lab-run.ts';

const count = Number(process.env['COUNT'] ?? 1);
const words = process.argv.slice(2);

interface Ending {
  /** A fault that is there meanwhile. */
  fault?: string;
  /** How the process is ended, at one of the moments. */
  killWith?: NodeJS.Signals;
  exits: readonly number[];
  /** Only the next run can remove what is left. */
  thenAgain?: true;
}

const ENDINGS: Record<string, Ending> = {
  ok: { exits: [0] },
  failure: { fault: 'one-way-black-hole', exits: [9] },
  SIGINT: { killWith: 'SIGINT', exits: [130] },
  SIGTERM: { killWith: 'SIGTERM', exits: [130] },
  SIGKILL: { killWith: 'SIGKILL', exits: [128], thenAgain: true },
};

/** Words of a step that has ended, as a log has them, and a wait after them in milliseconds: while it starts, settles, measures and cleans up. */
const MOMENTS = [
  { at: 'probes in', wait: 0 },
  { at: 'probes in', wait: 300 },
  { at: 'probes in', wait: 1000 },
  { at: 'probes in', wait: 2500 },
  { at: 'measured', wait: 0 },
  { at: 'measured', wait: 100 },
];

async function left(there: FaultLab, ending: Ending, run: number): Promise<string[]> {
  const { fault, killWith, exits, thenAgain } = ending;
  const { at, wait } = MOMENTS[run % MOMENTS.length]!;
  if (fault !== undefined) await there.inject(fault);
  const killing = killWith === undefined ? {} : { killWith, killAfter: wait, killAt: (line: string) => line.includes(at) };
  const ended = await cli(there.lab.folder, ['smoke'], { environment: there.lab.environment, ...killing }).finally(() =>
    fault === undefined ? undefined : there.undo(),
  );
  const code = exits.includes(ended.exitCode)
    ? []
    : [`ended with ${ended.exitCode}, not ${exits.join(' or ')}: ${ended.stderr.slice(-600)}`];
  if (thenAgain) {
    const next = await there.run('smoke');
    if (next.exitCode !== 0) code.push(`the next run ended with ${next.exitCode}: ${next.stderr.slice(-600)}`);
  }
  return [
    ...code,
    ...(await there.calm().then(
      () => [],
      (error: Error) => [error.message],
    )),
  ];
}

try {
  await using there = await startFaultLab();
  say('the guide is attached');
  for (const [name, ending] of Object.entries(ENDINGS).filter(([name]) => words.length === 0 || words.includes(name))) {
    const wrong: string[][] = [];
    for (let run = 0; run < count; run++) {
      const found = await left(there, ending, run);
      if (found.length > 0) wrong.push(found);
    }
    say(`${name}: ${count} runs, ${wrong.length} false`);
    for (const text of wrong.flat()) process.stderr.write(`  ${text}\n`);
    if (wrong.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 1;
}
