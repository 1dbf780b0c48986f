import { GRANTS } from '../../model/grant.ts';
import type { Change, Plan } from '../../model/plan.ts';
import { GRANT_WORDS, type GrantGroup, grantGroups, MARK_WORDS, shownGrants, vendorText } from '../grant-words.ts';
import { changeTitle, SIGN } from '../plan-summary.ts';
import { bytes, plainSection, type Section } from './budget.ts';
import { code, prose } from './escape.ts';
import { tableBlocks } from './long-table.ts';
import type { Detail } from './plan-change.ts';

const HEAD = ['object', 'on', 'what', 'which'];
/** A part of the table that is shown whole or not at all: at most so many rows, or bytes where one row is not larger alone. */
const PART_ROWS = 25;
const PART_BYTES = 8_000;
/** So many clusters are named in a row. */
const MOST_CLUSTERS = 3;

/** One kind of grant of the same object on one or more clusters. */
interface Row {
  change: Change;
  group: GrantGroup;
  clusters: string[];
  /** Of the worst that the object has: its rows stand together. */
  rank: number;
}

/** What the plan gives away, as one table: rights and to whom, what pods take of their nodes, images, webhooks. The worst first. */
export function grantsSection(plan: Pick<Plan, 'clusters'>, detail: Detail): Section {
  const items = rowsOf(plan).map((row) => ({ cells: rowCells(row, detail), grants: row.group.details.length }));
  return plainSection(
    ...tableBlocks({
      head: HEAD,
      items,
      row: ({ cells }) => cells,
      priority: 2,
      noun: 'grant',
      count: ({ grants }) => grants,
      rows: PART_ROWS,
      most: { bytes: PART_BYTES, size: ({ cells }) => bytes(cells.join('')) },
    }),
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
      const rank = Math.min(...groups.map(({ what }) => GRANTS.indexOf(what)));
      for (const group of groups) {
        const key = JSON.stringify([change.action, change.kind, change.namespace, change.name, group]);
        const row = rows.get(key) ?? { change, group, clusters: [], rank };
        row.clusters.push(cluster.name);
        rows.set(key, row);
      }
    }
  }
  return [...rows.values()].sort((a, b) => a.rank - b.rank);
}

function rowCells({ change, group, clusters }: Row, detail: Detail): string[] {
  const { what, mark, details } = group;
  const most = Math.ceil(detail.fields / 5);
  return [
    `${code(`${SIGN[change.action]} ${change.action}`)} ${code(changeTitle(change))}`,
    some(clusters, MOST_CLUSTERS, (name) => code(name)),
    `${mark === undefined ? '' : MARK_WORDS[mark]}${GRANT_WORDS[what]}`,
    some(details, most, (text) => code(text, detail.value)),
  ];
}

/** The first of many, the rest counted. */
function some(texts: readonly string[], most: number, spell: (text: string) => string): string {
  const more = texts.length - most;
  return [...texts.slice(0, most).map(spell), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
