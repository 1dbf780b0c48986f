import { BUNDLE, bundleSize } from './bundle.ts';
import { type Measured, measure, runProcess } from './process-run.ts';
import type { Side } from './side-by-side.ts';
import { percentile } from './statistics.ts';
import { MEASURED_COLUMNS, measuredCells, type Table, time } from './table.ts';
import { guideDeclaration, userFolder } from './user-folder.ts';

const RUNS = 15;

/** How soon the bundle does something, and how large it is. */
export async function startTable(plan: Side): Promise<Table> {
  using folder = userFolder(guideDeclaration());
  const start = (...args: string[]): Promise<Measured> =>
    measure(RUNS, async () => [await runProcess({ program: process.execPath, args, folder: folder.path, exits: [0] })]);
  const { files, bytes, gzipped } = bundleSize();
  const size = (value: number) => `${(value / 1e6).toFixed(2)} MB`;
  return {
    title: 'Start',
    text: [
      `\`dist/\` is ${size(bytes)} in all: ${files} files, ${size(gzipped)} gzipped. Every run compiles anew: the bundle uses no compile cache. The first request is the earliest one of \`plan\` in the audit logs, counted from before the process was spawned.`,
    ],
    columns: ['what', ...MEASURED_COLUMNS],
    rows: [
      ['node alone (`node -e ""`)', ...measuredCells(await start('-e', ''))],
      ['cn2-fleet --help', ...measuredCells(await start(BUNDLE, '--help'))],
      ['cn2-fleet validate, the guide', ...measuredCells(await start(BUNDLE, 'validate'))],
      [
        'start to first request of plan, the guide',
        time(percentile(plan.untilFirst, 0.5)),
        time(percentile(plan.untilFirst, 0.95)),
        '',
        '',
        String(plan.untilFirst.length),
      ],
    ],
  };
}
