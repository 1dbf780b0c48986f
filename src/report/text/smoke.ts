import { isFailed, isUnjudged } from '../../expectation/smoke-document.ts';
import type { Diagnosis, PairVerdict, SmokeDocument } from '../../model/smoke.ts';
import type { Style } from '../../model/style.ts';
import { printable } from '../printable.ts';
import { changesSentence, changeWords, pathsToMention } from '../smoke-changes.ts';
import {
  cellText,
  endpointTitle,
  type Matrix,
  matrices,
  openPaths,
  otherMeans,
  rollUp,
  smokeSentence,
  smokeTitle,
  translatedPaths,
  untoldPairs,
  WIDEST_MATRIX,
} from '../smoke-matrix.ts';
import { columns, counted, EMULATED_NOTE } from '../words.ts';
import { findingLines } from './findings.ts';

/** The connectivity matrix for a person: rows are sources, columns are targets; then each pair that is not as declared, with why. */
export function smokeText(document: SmokeDocument, style: Style): string {
  const findings = document.findings ?? [];
  const blocks: string[][] = findings.length > 0 ? [findingLines(findings, style)] : [];
  const shown = matrices(document).map((matrix) =>
    matrix.endpoints.length > WIDEST_MATRIX
      ? [`${title(matrix)}: ${matrix.endpoints.length} endpoints, per cluster below`]
      : matrixLines(matrix, style),
  );
  blocks.push(...shown);
  if (matrices(document).some((matrix) => matrix.endpoints.length > WIDEST_MATRIX)) blocks.push(rollUpLines(document));
  if (document.diagnoses !== undefined) blocks.push(document.diagnoses.flatMap((each) => diagnosisLines(each, style)));
  const explained = untoldPairs(document);
  if (explained.length > 0) blocks.push(explained.map((pair) => pairLine(pair, style)));
  const mentioned = pathsToMention(document);
  if (mentioned.length > 0) blocks.push(mentioned.map((pair) => `${pathTitle(pair)}: ${changeWords(pair)}`));
  const open = openPaths(document);
  if (open.length > 0) blocks.push(open.map((line) => style.dim(printable(line))));
  const translated = translatedPaths(document);
  if (translated.length > 0) blocks.push(translated.map((line) => style.yellow(printable(line))));
  const means = otherMeans(document);
  if (means.length > 0) blocks.push(means.map((line) => style.dim(printable(line))));
  if (document.leftovers) {
    blocks.push([style.yellow('could not be removed:'), ...document.leftovers.map((entry) => `  ${printable(entry)}`)]);
  }
  blocks.push(summaryLines(document, style));
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function title(matrix: Matrix): string {
  return `${matrix.kind === 'default' ? 'default pod networks' : 'virtual networks'}, IP${matrix.family}, median round trip`;
}

function matrixLines(matrix: Matrix, style: Style): string[] {
  const rows = [
    ['from \\ to', ...matrix.endpoints.map(endpointTitle)],
    ...matrix.endpoints.map((source, row) => [
      endpointTitle(source),
      ...(matrix.cells[row] ?? []).map((pair, column) => (row === column ? '–' : cellText(pair))),
    ]),
  ];
  const body = columns(rows, (cell, row, column) =>
    row === 0 || column === 0 ? cell : paint(cell, matrix.cells[row - 1]?.[column - 1], style),
  );
  return [style.bold(title(matrix)), ...body.map((line) => `  ${line}`)];
}

function paint(cell: string, pair: PairVerdict | undefined, style: Style): string {
  if (pair === undefined) return style.dim(cell);
  if (isFailed(pair.verdict)) return style.red(cell);
  if (isUnjudged(pair.verdict)) return style.yellow(cell);
  return pair.expected === 'unspecified' ? cell : style.green(cell);
}

function rollUpLines(document: SmokeDocument): string[] {
  const rows = rollUp(document).map((row) => [
    printable(row.source),
    '→',
    printable(row.target),
    `${row.ok} as declared`,
    `${row.failed} wrong`,
    `${row.unjudged} not judged`,
  ]);
  return columns(rows).map((line) => `  ${line}`);
}

function pairLine(pair: PairVerdict, style: Style): string {
  const word = isFailed(pair.verdict) ? style.red(pair.verdict) : style.yellow(pair.verdict);
  const packets = pair.sent > 0 ? ` ${pair.received}/${pair.sent} replies` : '';
  const change = changeWords(pair);
  return `${word} ${pathTitle(pair)}${packets}: ${printable(pair.reason)}${change === undefined ? '' : `; ${change}`}`;
}

function pathTitle({ source, target, family }: PairVerdict): string {
  return `${endpointTitle(source)} → ${endpointTitle(target)} IP${family}`;
}

/** A cause with its paths, and what to look at. */
export function diagnosisLines({ cause, paths, object, command, severity }: Diagnosis, style: Style): string[] {
  const on = object === undefined ? '' : `   # ${printable(object.cluster)}`;
  const warning = severity === undefined ? '' : `${style.yellow(severity)} `;
  return [
    `${warning}${style.bold(counted(paths.length, 'path'))}: ${printable(cause)}`,
    ...(command === undefined ? [] : [style.dim(`    look: ${printable(command)}${on}`)]),
  ];
}

function summaryLines(document: SmokeDocument, style: Style): string[] {
  const sentence = `${smokeTitle(document, printable)}: ${smokeSentence(document)}.`;
  const bad = document.findings !== undefined || document.pairs.some((pair) => isFailed(pair.verdict));
  const unknown = document.pairs.some((pair) => isUnjudged(pair.verdict));
  const paintSentence = bad ? style.red : unknown ? style.yellow : style.green;
  const changes = changesSentence(document);
  const since = changes === undefined ? [] : [`${changes}.`];
  return [paintSentence(sentence), ...since, ...(document.emulated ? [style.dim(EMULATED_NOTE)] : [])];
}
