import type { Measured, ProcessRun } from './process-run.ts';

/** A table of results: a title, what was done, its columns and rows, as they are in RESULTS.md. */
export interface Table {
  title: string;
  /** How it was measured: one sentence a line. */
  text: readonly string[];
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** Milliseconds as a person reads them. */
export function time(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** MiB without a part. */
function memory(mebibytes: number): string {
  return `${mebibytes.toFixed(0)} MiB`;
}

/** Columns of measuredCells. */
export const MEASURED_COLUMNS = ['median', 'p95', 'CPU', 'max RSS', 'runs'];

/** Median and 95th percentile of the wall time, CPU and memory of several runs, as the cells of a row. */
export function measuredCells(measured: Measured): string[] {
  return [time(measured.median), time(measured.p95), time(measured.cpu), memory(measured.rss), String(measured.runs)];
}

/** Wall, CPU and memory of one run. */
export function runCells(run: ProcessRun): string[] {
  return [time(run.wall), time(run.cpu), memory(run.rss)];
}

/** Counts by verb, the most frequent first. */
export function verbs(byVerb: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byVerb).sort(([, one], [, two]) => two - one);
  return entries.length === 0 ? 'none' : entries.map(([verb, count]) => `${count} ${verb}`).join(', ');
}

/** The table in Markdown, its columns aligned as the formatter of this repository wants them. */
export function tableMarkdown({ title, text, columns, rows }: Table): string {
  const [head = [], ...body] = aligned(columns, rows);
  const rule = head.map((cell, position) => (position === 0 ? '-'.repeat(cell.length) : `${'-'.repeat(cell.length - 1)}:`));
  const lines = [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return [`## ${title}`, '', ...text, '', ...lines, ''].join('\n');
}

/** The table for a terminal. */
export function tableText({ title, columns, rows }: Table): string {
  return [title, ...aligned(columns, rows).map((cells) => `  ${cells.join('  ')}`), ''].join('\n');
}

/** Heading and rows with cells of equal width, the first column to the left, the others to the right. */
function aligned(columns: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const widths = columns.map((column, position) => Math.max(column.length, ...rows.map((row) => (row[position] ?? '').length)));
  return [columns, ...rows].map((cells) =>
    cells.map((cell, position) => {
      const width = widths[position] ?? 0;
      return position === 0 ? cell.padEnd(width) : cell.padStart(width);
    }),
  );
}
