import { h } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { endpointKey } from '../../expectation/expect.ts';
import type { Endpoint, PairVerdict } from '../../model/smoke.ts';
import { cellText, type Matrix } from '../../report/smoke-matrix.ts';
import { type Heat, heatStep } from './heat.ts';
import { destination } from './roving.ts';
import { endText, lookOf, spoken } from './verdicts.ts';

interface Props {
  matrix: Matrix;
  heat: Heat;
  /** Id of its heading. */
  label: string;
  open(pair: PairVerdict): void;
}

/** More columns than this have room for a sign only. */
const WIDEST_WITH_VALUES = 14;

/** One matrix as a grid in the sense of ARIA: one tab stop, arrow keys within. */
export function Grid({ matrix, heat, label, open }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const { endpoints, cells } = matrix;
  const columns = endpoints.map((endpoint, at) => ({ endpoint, at })).filter(({ at }) => cells.some((row) => row[at]));
  const rows = endpoints.map((endpoint, at) => ({ endpoint, row: cells[at] ?? [] })).filter(({ row }) => row.some(Boolean));
  const groups = runs(columns.map(({ endpoint }) => endpoint));
  const compact = columns.length > WIDEST_WITH_VALUES;
  useEffect(() => {
    const body = table.current?.tBodies[0];
    if (body?.querySelector('td[tabindex="0"]') !== null) return;
    (body.querySelector('td.path') as HTMLElement | null)?.setAttribute('tabindex', '0');
  });
  const pairAt = (target: EventTarget | null) => {
    const { row, column } = placeOf(target);
    return rows[row]?.row[columns[column]?.at ?? -1];
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = placeOf(event.target);
    if (at.row < 0) return;
    if (event.key === 'Enter' || event.key === ' ') {
      const pair = pairAt(event.target);
      if (pair !== undefined) open(pair);
      event.preventDefault();
      return;
    }
    const to = destination(event, at, { rows: rows.length, columns: columns.length });
    if (to === undefined) return;
    event.preventDefault();
    focusCell(table.current, to.row, to.column);
  };
  const onClick = (event: MouseEvent) => {
    const cell = (event.target as Element).closest('td');
    const { row, column } = placeOf(cell);
    if (row < 0) return;
    focusCell(table.current, row, column);
    const pair = pairAt(cell);
    if (pair !== undefined) open(pair);
  };
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { ref: table, role: 'grid', 'aria-labelledby': label, class: compact ? 'grid compact' : 'grid', onKeyDown, onClick },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          h('td', { colSpan: 2, rowSpan: 2, class: 'corner' }, 'from \\ to'),
          groups.map(({ cluster, length }) => h('th', { scope: 'colgroup', colSpan: length, class: 'cluster' }, cluster)),
        ),
        h(
          'tr',
          null,
          columns.map(({ endpoint }) =>
            h('th', { scope: 'col', title: endText(endpoint) }, h('span', null, shortName(endpoint))),
          ),
        ),
      ),
      h('tbody', null, bodyRows({ rows, columns, heat, compact })),
    ),
  );
}

interface Body {
  rows: readonly { endpoint: Endpoint; row: readonly (PairVerdict | undefined)[] }[];
  columns: readonly { endpoint: Endpoint; at: number }[];
  heat: Heat;
  compact: boolean;
}

function bodyRows({ rows, columns, heat, compact }: Body) {
  const starts = new Map(runs(rows.map(({ endpoint }) => endpoint)).map((run) => [run.start, run]));
  const first = new Set(runs(columns.map(({ endpoint }) => endpoint)).map(({ start }) => start));
  return rows.map(({ endpoint, row }, at) => {
    const run = starts.get(at);
    return h(
      'tr',
      { key: endpointKey(endpoint), class: run === undefined ? '' : 'first' },
      run && h('th', { scope: 'rowgroup', rowSpan: run.length, class: 'cluster' }, h('span', null, run.cluster)),
      h('th', { scope: 'row', title: endText(endpoint) }, shortName(endpoint)),
      columns.map((column, index) => {
        const edge = first.has(index) ? ' edge' : '';
        const pair = row[column.at];
        if (pair === undefined) {
          const self = endpointKey(endpoint) === endpointKey(column.endpoint);
          return h('td', { class: `none${edge}`, tabIndex: -1, 'aria-label': self ? 'itself' : 'not shown' }, self ? '–' : '');
        }
        const { sign, name } = lookOf(pair);
        const step = name === 'ok' ? ` heat-${heatStep(heat, pair)}` : '';
        const changed = pair.change === undefined ? '' : ' changed';
        const label = spoken(pair);
        return h(
          'td',
          { class: `path look-${name}${step}${changed}${edge}`, tabIndex: -1, 'aria-label': label, title: label },
          compact || cellText(pair) === sign ? sign : [h('span', { class: 'sign' }, sign), ' ', cellText(pair)],
        );
      }),
    );
  });
}

/** Endpoints of one cluster that stand beside each other. */
function runs(endpoints: readonly Endpoint[]): { cluster: string; start: number; length: number }[] {
  const found: { cluster: string; start: number; length: number }[] = [];
  for (const [at, { cluster }] of endpoints.entries()) {
    const last = found.at(-1);
    if (last?.cluster === cluster) last.length += 1;
    else found.push({ cluster, start: at, length: 1 });
  }
  return found;
}

function shortName({ network, node }: Endpoint): string {
  return `${network}${node === undefined ? '' : ` @${node}`}`;
}

/** Row and column of a cell among the cells of paths; -1 for anything else. */
function placeOf(target: EventTarget | null): { row: number; column: number } {
  if (!(target instanceof HTMLTableCellElement) || target.tagName !== 'TD') return { row: -1, column: -1 };
  const row = target.parentElement as HTMLTableRowElement;
  if (row.parentElement?.tagName !== 'TBODY') return { row: -1, column: -1 };
  const headings = row.querySelectorAll('th').length;
  return { row: row.sectionRowIndex, column: target.cellIndex - headings };
}

/** The one cell that the tab key comes to is the one that had the focus last. */
function focusCell(table: HTMLTableElement | null, row: number, column: number): void {
  const body = table?.tBodies[0];
  const cell = body?.rows[row]?.querySelectorAll('td')[column];
  if (cell === undefined) return;
  body?.querySelector('td[tabindex="0"]')?.setAttribute('tabindex', '-1');
  cell.setAttribute('tabindex', '0');
  cell.focus();
}
