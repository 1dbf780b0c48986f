import { smokePage } from '../src/page/smoke-page.ts';
import { wideFleet, wideSmoke } from '../test/support/page-documents.ts';
import { PAINTED, pageWorld } from '../test/support/page-world.ts';
import { percentile } from './statistics.ts';
import { type Table, time } from './table.ts';

const RUNS = 10;

/** How soon a page is there, and how large it is; undefined on a host without Chromium. */
export async function pageTable(): Promise<Table | undefined> {
  await using world = await pageWorld();
  if (world === undefined) return undefined;
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;
  const rows: string[][] = [];
  for (const [clusters, networks] of [
    [2, 2],
    [5, 10],
  ] as const) {
    const fleet = wideFleet(clusters, networks);
    const smoke = wideSmoke(fleet);
    const { file, bytes } = world.file(`${clusters}-${networks}`, smokePage(smoke, fleet, ''));
    const { page } = await world.open(file);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      await page.reload();
      times.push(await page.evaluate(PAINTED));
    }
    const cells = [kilobytes(bytes), time(percentile(times, 0.5)), time(percentile(times, 0.95)), String(RUNS)];
    rows.push([`a smoke test of ${smoke.pairs.length} paths`, ...cells]);
  }
  return {
    title: 'HTML pages',
    text: [
      `In headless Chromium, from the navigation to the frame in which every cell is laid out and painted. Script, style sheet and frame of a page are ${kilobytes(world.shell.length)}; the rest is its data.`,
    ],
    columns: ['what', 'file', 'median', 'p95', 'runs'],
    rows,
  };
}
