import type { Change, Plan } from '../../model/plan.ts';
import { GRANT_WORDS, type GrantGroup, grantGroups, MARK_WORDS, shownGrants, vendorText } from '../grant-words.ts';
import { objectTitle, SIGN } from '../plan-summary.ts';
import { type Block, bytes, plainSection, type Section } from './budget.ts';
import { code, prose, table } from './escape.ts';
import type { Detail } from './plan-change.ts';

const HEAD = ['object', 'on', 'what it may do'];
/** A part of the table that is shown whole or not at all: at most so many rows, or bytes where one row is not larger alone. */
const PART_ROWS = 25;
const PART_BYTES = 8_000;
/** So many clusters are named in a row. */
const MOST_CLUSTERS = 3;

/** The same object with the same grants on one or more clusters. */
interface Row {
  change: Change;
  groups: GrantGroup[];
  clusters: string[];
}

/** What the plan gives away, as one table: rights and to whom, what pods take of their nodes, images, webhooks. The worst first. */
export function grantsSection(plan: Pick<Plan, 'clusters'>, detail: Detail): Section {
  const rows = rowsOf(plan).map((row) => rowCells(row, detail));
  const parts: string[][][] = [];
  let size = 0;
  for (const row of rows) {
    const cost = bytes(row.join(''));
    const part = parts.at(-1);
    if (part === undefined || part.length === PART_ROWS || size + cost > PART_BYTES) {
      parts.push([row]);
      size = cost;
    } else {
      part.push(row);
      size += cost;
    }
  }
  return plainSection(
    ...parts.map((part): Block => ({ priority: 2, text: () => table(HEAD, part), holds: { 'object with grants': part.length } })),
  );
}

/** Whether the vendor's files are as published, in Markdown; nothing where nothing was rendered. */
export function vendorLines({ vendor }: Pick<Plan, 'vendor'>): string[] {
  if (vendor === undefined) return [];
  return [`${vendor.asPublished ? '' : '⚠️ '}Vendor files ${prose(vendorText(vendor))}.`];
}

function rowsOf(plan: Pick<Plan, 'clusters'>): Row[] {
  const rows = new Map<string, Row>();
  for (const cluster of plan.clusters) {
    for (const change of cluster.changes) {
      const groups = grantGroups(shownGrants(change));
      if (groups.length === 0) continue;
      const key = JSON.stringify([change.action, change.kind, change.namespace, change.name, groups]);
      const row = rows.get(key) ?? { change, groups, clusters: [] };
      row.clusters.push(cluster.name);
      rows.set(key, row);
    }
  }
  // Groups are in the order of danger already, so the first one of a row tells how far up it belongs.
  const kinds = Object.keys(GRANT_WORDS);
  const rank = ({ groups }: Row) => Math.min(...groups.map(({ what }) => kinds.indexOf(what)));
  return [...rows.values()].sort((a, b) => rank(a) - rank(b));
}

function rowCells({ change, groups, clusters }: Row, detail: Detail): string[] {
  const named = clusters.slice(0, MOST_CLUSTERS).map((name) => code(name));
  const more = clusters.length - named.length;
  return [
    `${code(`${SIGN[change.action]} ${change.action}`)} ${code(objectTitle(change))}`,
    [...named, ...(more > 0 ? [`${more} more`] : [])].join(', '),
    groups.map((group) => groupText(group, detail)).join('<br>'),
  ];
}

function groupText({ what, mark, details }: GrantGroup, detail: Detail): string {
  const most = Math.ceil(detail.fields / 5);
  const shown = details.slice(0, most).map((text) => code(text, detail.value));
  const more = details.length - shown.length;
  const word = `${mark === undefined ? '' : MARK_WORDS[mark]}${GRANT_WORDS[what]}`;
  return `${word} ${[...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')}`;
}
