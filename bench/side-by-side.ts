import type { ApiServer } from '../lab/apiserver/apiserver.ts';
import { markLogs, type Requests, requestsSince } from './audit-log.ts';
import type { Kubectl, Layout } from './kubectl.ts';
import { type Measured, measure, type ProcessRun } from './process-run.ts';
import { MEASURED_COLUMNS, measuredCells, verbs } from './table.ts';

/** One side of a comparison. */
export interface Side {
  name: string;
  measured: Measured;
  /** Of the last run. */
  requests: Requests;
  /** Start of the process to its first request, milliseconds, of each run. */
  untilFirst: number[];
}

/** Measures one side: its runs one after another, its requests from the audit logs of the servers. */
export async function measureSide(
  name: string,
  servers: readonly ApiServer[],
  client: string,
  runs: number,
  work: () => Promise<readonly ProcessRun[]>,
): Promise<Side> {
  let requests: Requests | undefined;
  const untilFirst: number[] = [];
  const measured = await measure(runs, async () => {
    const marks = markLogs(servers);
    const ended = await work();
    requests = requestsSince(servers, marks, client);
    untilFirst.push(requests.firstAt - Math.min(...ended.map(({ startedAt }) => startedAt)));
    return ended;
  });
  if (requests === undefined || requests.total === 0) throw new Error(`${name}: no request is in the audit logs`);
  return { name, measured, requests, untilFirst: untilFirst.slice(1) };
}

/** kubectl's side in one layout of its input. */
export async function measureKubectl(
  kubectl: Kubectl,
  layout: Layout,
  servers: readonly ApiServer[],
  runs: number,
): Promise<Side> {
  const name = layout === 'files' ? 'one file an object' : 'one document';
  return await measureSide(`kubectl diff, ${name}`, servers, 'kubectl', runs, () => kubectl.diff(layout));
}

export const SIDE_COLUMNS = ['what', 'requests', 'by verb', 'writes', ...MEASURED_COLUMNS, 'time, relative'];

/** Rows of a comparison; times are relative to the first side. `where` follows the names. */
export function sideRows(sides: readonly Side[], where = ''): string[][] {
  const first = sides[0]?.measured.median ?? Number.NaN;
  return sides.map(({ name, measured, requests }) => [
    `${name}${where}`,
    String(requests.total),
    verbs(requests.byVerb),
    String(requests.writes),
    ...measuredCells(measured),
    `${(measured.median / first).toFixed(2)}×`,
  ]);
}
