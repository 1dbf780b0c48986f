import { BUNDLE, bundleSize } from './bundle.ts';
import { type Measured, measure, runProcess } from './process-run.ts';
import type { Side } from './side-by-side.ts';
import { percentile } from './statistics.ts';
import { MEASURED_COLUMNS, measuredCells, type Table, time } from './table.ts';
import { guideDeclaration, userFolder } from './user-folder.ts';

const RUNS = 15;

/** How soon the bundle does something, and how large it is. */
export async function startTable(plan: Side, step: Side): Promise<Table> {
  using folder = userFolder(guideDeclaration());
  const start = (...args: string[]): Promise<Measured> =>
    measure(RUNS, async () => [await runProcess({ program: process.execPath, args, folder: folder.path, exits: [0] })]);
  const { files, bytes, gzipped } = bundleSize();
  const size = (value: number) => `${(value / 1e6).toFixed(2)} MB`;
  return {
    title: 'Start',
    text: [
      `\`dist/\` is ${size(bytes)} in all: ${files} files, ${size(gzipped)} gzipped. Every run compiles again: the bundle uses no compile cache. The first request is the earliest one of \`plan\` in the audit logs, counted from before the process was spawned.`,
    ],
    columns: ['what', ...MEASURED_COLUMNS],
    rows: [
      ['node alone (`node -e ""`)', ...measuredCells(await start('-e', ''))],
      ['cn2-fleet --help', ...measuredCells(await start(BUNDLE, '--help'))],
      ['cn2-fleet validate, the guide', ...measuredCells(await start(BUNDLE, 'validate'))],
      untilFirst('start to first request of plan, the guide', plan),
      untilFirst('start of the Action’s node step to its first request, plan of a pull request', step),
      ['the Action’s node step, whole, nothing to write', ...measuredCells(step.measured)],
    ],
  };
}

function untilFirst(what: string, { untilFirst: times }: Side): string[] {
  return [what, time(percentile(times, 0.5)), time(percentile(times, 0.95)), '', '', String(times.length)];
}
