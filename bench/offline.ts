import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFleet } from './generated-fleet.ts';
import { type Measured, measure, runProcess, tool } from './process-run.ts';
import { MEASURED_COLUMNS, measuredCells, type Table } from './table.ts';
import { guideDeclaration, userFolder } from './user-folder.ts';

/** `validate` and `render` of small and large fleets: no cluster is asked. */
export async function offlineTable(): Promise<Table> {
  const large = generatedFleet({ distributed: 50, networks: 200, connections: 50 });
  const largest = generatedFleet({ distributed: 200, networks: 2000, connections: 500 });
  return {
    title: 'Without clusters',
    text: [
      'Whole processes, from spawn to end. Each render starts without a rendered folder and writes one file an object (guide: about 40, 50 clusters: about 1,800).',
    ],
    columns: ['what', ...MEASURED_COLUMNS],
    rows: [
      ['validate, the guide', ...measuredCells(await validate(guideDeclaration(), 10))],
      ['render, the guide', ...measuredCells(await render(guideDeclaration(), 10))],
      ['validate, 50 distributed clusters, 200 networks, 50 connections', ...measuredCells(await validate(large, 5))],
      ['render, 50 distributed clusters, 200 networks, 50 connections', ...measuredCells(await render(large, 3))],
      ['validate, 200 distributed clusters, 2,000 networks, 500 connections', ...measuredCells(await validate(largest, 3))],
    ],
  };
}

async function validate(declaration: string, runs: number): Promise<Measured> {
  using folder = userFolder(declaration);
  return await measure(runs, async () => [await runProcess(tool(folder.path, ['validate'], [0]))]);
}

async function render(declaration: string, runs: number): Promise<Measured> {
  using folder = userFolder(declaration);
  return await measure(runs, async () => {
    const run = await runProcess(tool(folder.path, ['render', '--rendered', 'rendered'], [0]));
    rmSync(join(folder.path, 'rendered'), { recursive: true });
    return [run];
  });
}
