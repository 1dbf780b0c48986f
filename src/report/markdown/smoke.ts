import { isFailed, isUnjudged } from '../../expectation/smoke-document.ts';
import type { Diagnosis, PairVerdict, SmokeDocument } from '../../model/smoke.ts';
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
import { counted, EMULATED_NOTE } from '../words.ts';
import { type Block, plainSection, type Section, withinBudget } from './budget.ts';
import { code, html, prose, table } from './escape.ts';
import { findingsSection } from './findings.ts';
import { tableBlocks } from './long-table.ts';

/** The connectivity matrix for GitHub, failing pairs with their reason; below `budget` bytes. */
export function smokeMarkdown(document: SmokeDocument, budget?: number): string {
  return withinBudget(smokeSections(document), budget);
}

/** The parts of a smoke report, for reports that carry one. */
export function smokeSections(document: SmokeDocument): Section[] {
  const all = matrices(document);
  const wide = all.filter((matrix) => matrix.endpoints.length > WIDEST_MATRIX);
  return [
    plainSection(head(document)),
    findingsSection(document.findings ?? []),
    ...all.filter((matrix) => matrix.endpoints.length <= WIDEST_MATRIX).map((matrix) => plainSection(matrixBlock(matrix, 2))),
    ...(wide.length > 0 ? [plainSection(...rollUpBlocks(document))] : []),
    plainSection(...(document.diagnoses ?? []).map(diagnosisBlock)),
    plainSection(...untoldPairs(document).map(explainedBlock)),
    plainSection(...pathsToMention(document).map(mentionedBlock)),
    plainSection(...openPaths(document).map(openBlock)),
    plainSection(...[...translatedPaths(document), ...otherMeans(document)].map(meansBlock)),
    leftoverSection(document.leftovers ?? []),
    ...wide.map((matrix) => ({
      open: `<details><summary>${html(matrixTitle(matrix))}</summary>`,
      close: '</details>',
      blocks: [matrixBlock(matrix, 6)],
    })),
  ];
}

function head(document: SmokeDocument): Block {
  const bad = document.findings !== undefined || document.pairs.some((pair) => isFailed(pair.verdict));
  const unknown = document.pairs.some((pair) => isUnjudged(pair.verdict));
  const mark = bad ? '❌' : unknown ? '❓' : '✅';
  const emulated = document.emulated ? ` · ${EMULATED_NOTE}` : '';
  const changes = changesSentence(document);
  const since = changes === undefined ? '' : `\n\n${prose(changes)}.`;
  const text = `${mark} **${smokeTitle(document, (name) => prose(name))}: ${smokeSentence(document)}**${emulated}${since}`;
  return { priority: 0, text, holds: {} };
}

function matrixTitle(matrix: Matrix): string {
  const kind = matrix.kind === 'default' ? 'Default pod networks' : 'Virtual networks';
  return `${kind}, IP${matrix.family}, rows are sources`;
}

function matrixBlock(matrix: Matrix, priority: number): Block {
  const rows = matrix.endpoints.map((source, row) => [
    code(endpointTitle(source)),
    ...(matrix.cells[row] ?? []).map((pair, column) => (row === column ? '–' : cell(pair))),
  ]);
  const grid = table(['from \\ to', ...matrix.endpoints.map((endpoint) => code(endpointTitle(endpoint)))], rows);
  return { priority, text: `${matrixTitle(matrix)}\n\n${grid}`, holds: { matrix: 1 } };
}

function cell(pair: PairVerdict | undefined): string {
  if (pair === undefined) return ' ';
  if (isUnjudged(pair.verdict)) return '❓';
  if (pair.verdict === 'ok' && pair.expected === 'unspecified') return cellText(pair);
  if (pair.verdict === 'ok') return pair.received === 0 && pair.expected === 'block' ? '🚫 ✅' : `✅ ${cellText(pair)}`;
  return `${pair.verdict === 'degraded' ? '⚠️' : '❌'} ${cellText(pair)}`;
}

/** A cause with its paths, and what to look at. */
export function diagnosisBlock({ cause, paths, object, command, severity }: Diagnosis): Block {
  const warning = severity === undefined ? '' : '⚠️ ';
  const on = object === undefined ? '' : ` (${prose(object.cluster)})`;
  const look = command === undefined ? '' : `<br>look: ${code(command)}${on}`;
  return {
    priority: 1,
    text: `- ${warning}**${counted(paths.length, 'path')}**: ${prose(cause)}${look}`,
    holds: { diagnosis: 1 },
  };
}

const TABLE_PART = 50;

function rollUpBlocks(document: SmokeDocument): Block[] {
  const rows = rollUp(document).sort((a, b) => b.failed - a.failed || b.unjudged - a.unjudged);
  return tableBlocks({
    head: ['from', 'to', 'as declared', 'wrong', 'not judged'],
    items: rows,
    row: ({ source, target, ok, failed, unjudged }) => [code(source), code(target), ...[ok, failed, unjudged].map(String)],
    priority: 3,
    noun: 'pair of clusters',
    rows: TABLE_PART,
  });
}

function explainedBlock(pair: PairVerdict): Block {
  const packets = pair.sent > 0 ? `, ${pair.received} of ${pair.sent} replies` : '';
  const change = changeWords(pair);
  const reason = change === undefined ? pair.reason : `${pair.reason}; ${change}`;
  return {
    priority: isFailed(pair.verdict) ? 1 : 4,
    text: `- ${isFailed(pair.verdict) ? '❌' : '❓'} ${pathText(pair)} **${pair.verdict}**${packets}: ${prose(reason)}`,
    holds: { [isFailed(pair.verdict) ? 'failing path' : 'path that was not judged']: 1 },
  };
}

function mentionedBlock(pair: PairVerdict): Block {
  const mark = pair.change === 'repaired' ? '✅' : 'ℹ️';
  return { priority: 4, text: `- ${mark} ${pathText(pair)}: ${prose(changeWords(pair) ?? '')}`, holds: { 'changed path': 1 } };
}

function pathText({ source, target, family }: PairVerdict): string {
  return `${code(endpointTitle(source))} → ${code(endpointTitle(target))} IP${family}`;
}

function openBlock(line: string): Block {
  return { priority: 5, text: `- ${prose(line)}`, holds: { 'reason why nothing is expected': 1 } };
}

function meansBlock(line: string): Block {
  return { priority: 5, text: `- ${prose(line)}`, holds: { 'cluster without exec': 1 } };
}

function leftoverSection(leftovers: readonly string[]): Section {
  const blocks = leftovers.map((entry) => ({
    priority: 4,
    text: `- could not be removed: ${code(entry)}`,
    holds: { leftover: 1 },
  }));
  return plainSection(...blocks);
}
