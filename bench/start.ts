import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { BUNDLE } from './bundle.ts';
import { measure, runProcess, tool } from './process-run.ts';
import type { Side } from './side-by-side.ts';
import { percentile } from './statistics.ts';
import { MEASURED_COLUMNS, measuredCells, type Table, time } from './table.ts';
import { userFolder } from './user-folder.ts';

/** How soon the bundle does something, and how large it is. */
export async function startTable(plan: Side): Promise<Table> {
  using folder = userFolder('');
  const help = await measure(10, async () => [await runProcess(tool(folder.path, ['--help'], [0]))]);
  const empty = await measure(10, async () => [
    await runProcess({ program: process.execPath, args: ['-e', ''], folder: folder.path, exits: [0] }),
  ]);
  const bytes = statSync(BUNDLE).size;
  const size = (value: number) => `${(value / 1e6).toFixed(2)} MB`;
  return {
    title: 'Start',
    text: [
      `The bundle \`dist/cn2-fleet.mjs\` is ${size(bytes)} (${size(gzipSync(readFileSync(BUNDLE)).length)} gzipped). The first request is the earliest one of \`plan\` in the audit logs, counted from before the process was spawned.`,
    ],
    columns: ['what', ...MEASURED_COLUMNS],
    rows: [
      ['node alone (`node -e ""`)', ...measuredCells(empty)],
      ['cn2-fleet --help', ...measuredCells(help)],
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
