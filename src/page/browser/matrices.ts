import { Fragment, h } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PairVerdict } from '../../model/smoke.ts';
import { type Matrix, matrices } from '../../report/smoke-matrix.ts';
import type { SmokePart } from '../page-data.ts';
import { type Filter, passes } from './filter.ts';
import { Filters } from './filters.ts';
import { Grid } from './grid.ts';
import { heatOf } from './heat.ts';
import { Section } from './section.ts';
import { LEGEND, lookOf, msText } from './verdicts.ts';

interface Props {
  smoke: SmokePart;
  filter: Filter;
  setFilter(filter: Filter): void;
  open(pair: PairVerdict): void;
}

/** Who reaches whom: a grid for default pod networks and one for virtual networks, per family, of the paths that pass the filter. */
export function Matrices({ smoke: { pairs }, filter, setFilter, open }: Props) {
  const heat = useMemo(() => heatOf(pairs), [pairs]);
  const all = useMemo(() => matrices({ pairs }).map(byCluster), [pairs]);
  const kept = new Set(pairs.filter((pair) => passes(filter, pair)));
  const looks = new Set(pairs.map((pair) => lookOf(pair).name));
  return h(
    Section,
    { id: 'matrix', title: 'Who reaches whom' },
    h(Filters, { pairs, shown: kept.size, filter, setFilter }),
    h(
      'ul',
      { class: 'legend', 'aria-label': 'Signs' },
      LEGEND.filter(({ name }) => looks.has(name)).map(({ sign, name, word }) =>
        h(
          'li',
          null,
          h('span', { class: `swatch look-${name}${name === 'ok' ? ' heat-2' : ''}`, 'aria-hidden': 'true' }, sign),
          word,
        ),
      ),
      pairs.some(({ change }) => change !== undefined) &&
        h('li', null, h('span', { class: 'swatch changed', 'aria-hidden': 'true' }), 'changed since the last good matrix'),
      heat.steps.length > 1 &&
        h(
          'li',
          null,
          'round trip ',
          msText(heat.steps[0]!),
          h(
            'span',
            { class: 'ramp', 'aria-hidden': 'true' },
            heat.steps.map((_, at) => h('i', { class: `look-ok heat-${at}` })),
          ),
          msText(heat.steps.at(-1)!),
        ),
    ),
    h(
      'p',
      { class: 'muted hint' },
      'Rows are sources, columns are targets. Arrow keys move, Enter opens the evidence, Escape closes it.',
    ),
    narrowed(all, kept).map((matrix) =>
      h(
        Fragment,
        { key: `${matrix.kind} ${matrix.family}` },
        h('h3', { id: `grid-${matrix.kind}-${matrix.family}` }, titleOf(matrix)),
        h(Grid, { matrix, heat, label: `grid-${matrix.kind}-${matrix.family}`, open }),
      ),
    ),
    kept.size === 0 && h('p', null, 'No path passes the filter.'),
  );
}

function titleOf({ kind, family }: Matrix): string {
  return `${kind === 'default' ? 'Default pod networks' : 'Virtual networks'}, IP${family}`;
}

/** Endpoints of one cluster beside each other, the clusters in the order in which they come first. */
function byCluster(matrix: Matrix): Matrix {
  const order = new Map([...new Set(matrix.endpoints.map(({ cluster }) => cluster))].map((cluster, at) => [cluster, at]));
  const sorted = matrix.endpoints
    .map(({ cluster }, at) => ({ at, rank: order.get(cluster) ?? 0 }))
    .sort((a, b) => a.rank - b.rank);
  return {
    ...matrix,
    endpoints: sorted.map(({ at }) => matrix.endpoints[at]!),
    cells: sorted.map((row) => sorted.map((column) => matrix.cells[row.at]?.[column.at])),
  };
}

/** The cells of paths that are kept, where any is. */
function narrowed(all: readonly Matrix[], kept: ReadonlySet<PairVerdict>): Matrix[] {
  return all
    .map((matrix) => ({
      ...matrix,
      cells: matrix.cells.map((row) => row.map((pair) => (pair !== undefined && kept.has(pair) ? pair : undefined))),
    }))
    .filter(({ cells }) => cells.some((row) => row.some((pair) => pair !== undefined)));
}
