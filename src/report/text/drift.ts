import type { DriftChange, DriftCluster, DriftDocument } from '../../model/drift.ts';
import type { Finding } from '../../model/finding.ts';
import { objectTitle } from '../../model/object-ref.ts';
import type { Style } from '../../model/style.ts';
import { byWriter, foreignTexts, timeTexts } from '../drift-groups.ts';
import {
  affectsText,
  DRIFT_SIGN,
  driftCounts,
  driftSentence,
  driftTitle,
  driftWord,
  upgradeUnderWayText,
} from '../drift-words.ts';
import { changeTitle, shownFields, valueText } from '../plan-summary.ts';
import { printable } from '../printable.ts';
import { EMULATED_NOTE } from '../words.ts';
import { findingLines } from './findings.ts';

/** Drift for a person: findings, per cluster what differs and who did it, and a sentence at the end. */
export function driftText(document: DriftDocument, findings: readonly Finding[], style: Style): string {
  const blocks: string[][] = [];
  if (findings.length > 0) blocks.push(findingLines(findings, style));
  for (const cluster of document.clusters) blocks.push(clusterLines(cluster, style));
  const text = `${driftTitle(document, printable)}: ${driftSentence({ ...document, findings })}.`;
  const differs = document.clusters.some(({ changes }) => changes.length > 0);
  blocks.push([
    (differs ? style.red : document.complete ? style.green : style.yellow)(text),
    ...(document.emulated === true ? [style.dim(EMULATED_NOTE)] : []),
  ]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function clusterLines(cluster: DriftCluster, style: Style): string[] {
  const title = `${style.bold(printable(cluster.name))} ${style.dim(`(${cluster.role})`)}`;
  const state = cluster.status === 'known' ? driftCounts(cluster.changes) : style.yellow(`not judged: ${notJudgedText(cluster)}`);
  const upgrade = upgradeUnderWayText(cluster);
  return [
    `${title} ${upgrade === undefined ? '' : `${upgrade}; `}${state}`,
    ...byWriter(cluster.changes).flatMap(({ who, changes }) => [
      `  ${who}:`,
      ...changes.flatMap((change) => changeLines(cluster, change, style)),
    ]),
    ...foreignLines(cluster, style),
  ];
}

function notJudgedText({ reason, lastGoodLook }: DriftCluster): string {
  const why = printable(reason ?? 'it was not looked at');
  return lastGoodLook === undefined ? why : `${why}; judged last at ${printable(lastGoodLook)}`;
}

/** What is shown of additions: there can be one per object. */
const MOST_ADDITIONS = 10;

function foreignLines(cluster: DriftCluster, style: Style): string[] {
  const additions = foreignTexts(cluster);
  if (additions.length === 0) return [];
  const more = additions.length - MOST_ADDITIONS;
  return [
    `  ${style.dim('added by others, and left alone:')}`,
    ...additions.slice(0, MOST_ADDITIONS).map(({ title, text }) => style.dim(`    ${printable(objectTitle(title))}: ${text}`)),
    ...(more > 0 ? [style.dim(`    … ${more} more`)] : []),
  ];
}

function changeLines(cluster: DriftCluster, change: DriftChange, style: Style): string[] {
  const notes = [...(change.for === cluster.name ? [] : [`for ${printable(change.for)}`]), ...timeTexts(change)];
  const note = notes.length === 0 ? '' : `  ${style.dim(`(${notes.join('; ')})`)}`;
  const breaks = affectsText(change);
  const word = `${DRIFT_SIGN[change.kindOfDrift]} ${driftWord(change)}`;
  return [
    `    ${style.yellow(word)} ${changeTitle(change)}${note}`,
    ...(breaks === undefined ? [] : [`        ${style.red(breaks)}`]),
    ...shownFields(change).map(
      (field) =>
        `        ${printable(field.path)}: approved ${style.green(valueText(field.after))}, live ${style.red(valueText(field.before))}`,
    ),
  ];
}
