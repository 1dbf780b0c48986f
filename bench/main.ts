/** Measures the tool, side by side with kubectl where that does comparable work; prints tables and writes RESULTS.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { doublesTable } from './doubles.ts';
import { liveResults } from './live.ts';
import { offlineTable } from './offline.ts';
import { pageTable } from './page.ts';
import { startTable } from './start.ts';
import { type Table, tableMarkdown, tableText } from './table.ts';

const started = Date.now();
const say = (line: string) => process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);

const loadBefore = loadavg()[0] ?? Number.NaN;
say('validate and render, without clusters');
const offline = await offlineTable();
const doubles = await doublesTable(say);
const live = await liveResults(say);
say('start of the bundle');
const start = await startTable(live.plan, live.step);
say('pages in a browser');
const page = await pageTable();
const tables: Table[] = [...live.tables, doubles, offline, start, ...(page === undefined ? [] : [page])];

const seconds = ((Date.now() - started) / 1000).toFixed(0);
writeFileSync(
  join(import.meta.dirname, 'RESULTS.md'),
  [
    '# Results of the bench',
    '',
    '<!-- Written by bench/main.ts (`make bench`): run it again, do not edit. -->',
    '',
    `${machine()} Load of the machine before the bench: ${loadBefore.toFixed(1)}. kubectl ${live.kubectlVersion} with \`diff --server-side --field-manager=cn2-fleet --concurrency=8\`, discovery cached. The clusters are real API servers (kube-apiserver and etcd, no nodes, loopback) with an emulated CN2; requests are counted in their audit logs. Every run is a whole process of the bundle; one run before the counted ones warms caches. The bench took ${seconds} s.`,
    '',
    ...tables.map(tableMarkdown),
  ].join('\n'),
);
process.stdout.write(`\n${tables.map(tableText).join('\n')}\n`);
say('written to bench/RESULTS.md');

function machine(): string {
  const memory = /MemTotal:\s+(\d+) kB/.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${(Number(memory) / 1024 / 1024).toFixed(0)} GiB memory, Node.js ${process.version}.`;
}
