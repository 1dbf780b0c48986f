import type { DriftChange, DriftCluster } from '../../model/drift.ts';
import { byWriter, timeTexts } from '../drift-groups.ts';
import { affectsText, DRIFT_SIGN, driftWord } from '../drift-words.ts';
import { changeTitle, renderedPath, shownFields, valueText } from '../plan-summary.ts';
import { excerpt } from '../printable.ts';
import { counted } from '../words.ts';
import { type Block, plainSection, type Section } from './budget.ts';
import { code, fenced, prose } from './escape.ts';

const MOST_FIELDS = 40;
const PATH_LENGTH = 300;
const WHO_LENGTH = 400;
const RANK = { gone: 0, conflict: 1, changed: 2, added: 3 } as const;

/** The objects of a cluster that differ, by who did it, the worst first, with what was approved and what is live. */
export function driftChangesSection(cluster: DriftCluster): Section {
  const ordered = [...cluster.changes].sort((a, b) => RANK[a.kindOfDrift] - RANK[b.kindOfDrift]);
  const blocks = byWriter(ordered).flatMap(({ who, changes }) =>
    changes.map((change, at) => changeBlock(cluster, change, at === 0 ? who : undefined)),
  );
  return plainSection(...blocks);
}

/** `who`: the heading of the changes by one hand, which the first of them carries. */
function changeBlock(cluster: DriftCluster, change: DriftChange, who: string | undefined): Block {
  const heading = who === undefined ? '' : `**${prose(upperFirst(who), WHO_LENGTH)}**\n\n`;
  return { priority: 3, text: () => `${heading}${changeText(cluster, change)}`, holds: { object: 1 } };
}

function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function changeText(cluster: DriftCluster, change: DriftChange): string {
  const notes = [
    ...(change.for === cluster.name ? [] : [`for ${code(change.for)}`]),
    ...timeTexts(change).map((text) => prose(text)),
    ...(change.kindOfDrift === 'gone' ? [`approved as ${code(renderedPath(cluster.name, change))}`] : []),
  ];
  const breaks = affectsText(change);
  if (breaks !== undefined) notes.push(`**${prose(breaks)}**`);
  const sign = `${DRIFT_SIGN[change.kindOfDrift]} ${driftWord(change)}`;
  const head = [code(sign), code(changeTitle(change)), notes.join(', ')].filter((part) => part !== '').join(' ');
  const fields = shownFields(change);
  const lines = fields
    .slice(0, MOST_FIELDS)
    .flatMap((field) => [
      `  ${excerpt(field.path, PATH_LENGTH)}`,
      `- approved ${valueText(field.after)}`,
      `+ live     ${valueText(field.before)}`,
    ]);
  if (fields.length > MOST_FIELDS) lines.push(`  … ${counted(fields.length - MOST_FIELDS, 'more field')}`);
  return lines.length === 0 ? head : `${head}\n\n${fenced(lines, 'diff')}`;
}
