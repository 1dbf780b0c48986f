import { h } from 'preact';
import { pairKey } from '../../expectation/expect.ts';
import type { PairVerdict } from '../../model/smoke.ts';
import type { Mark } from '../../report/topology/mark.ts';
import { counted } from '../../report/words.ts';
import type { PageTopology, SmokePart } from '../page-data.ts';
import { box, LEFT, MARK_SIGNS, RIGHT_OF_BOXES } from './boxes.ts';
import type { Filter } from './filter.ts';
import { pathsByEnd, pathsOf, type State, stateOf, wrongAt, wrongLinks } from './path-state.ts';
import { lanes, ROW, type Row, rowsOf } from './rows.ts';
import { endText } from './verdicts.ts';

interface Props {
  topology: PageTopology;
  smoke: SmokePart | undefined;
  narrow(part: Partial<Filter>): void;
  open(pair: PairVerdict): void;
}

const LANE = 26;
/** More lines than this between networks would hide the boxes behind them. */
const MOST_LINKS = 40;
const LONGEST_NAME = 26;
/** How far a character of a name goes up and to the right: it stands at an angle. */
const RISE = 4.2;
const REACH = 6.6;

/**
 * The fleet: boxes in boxes for clusters, namespaces and networks; to the right a line per connection with a knot at each of its
 * networks; to the left what does not pass although it must, or passes although it must not.
 */
export function Drawing({ topology, smoke, narrow, open }: Props) {
  const rows = rowsOf(topology);
  const pairs = smoke?.pairs ?? [];
  const byEnd = pathsByEnd(pairs);
  const lines = linesOf(topology, rows, pairs);
  const top = Math.max(8, ...lines.map(({ name, knots }) => 24 + name.length * RISE - Math.min(...knots.map(({ y }) => y))));
  const right = Math.max(0, ...lines.map(({ lane, name }) => 30 + lane * LANE + name.length * REACH));
  const width = RIGHT_OF_BOXES + right;
  const height = top + Math.max(0, ...rows.map((row) => row.y + row.height)) + 8;
  return h(
    'div',
    null,
    h(Legend, { topology, smoke }),
    h(
      'div',
      { class: 'scroll drawing', tabIndex: 0, role: 'region', 'aria-label': 'Drawing of the fleet' },
      h(
        'svg',
        { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': inWords(topology) },
        rows.map((row) => box(row, top, wrongOf(row, byEnd), smoke && narrow)),
        h(
          'g',
          { transform: `translate(0,${top})` },
          lines.map((line) => connection(line, smoke && narrow)),
          links(rows, pairs, open),
        ),
      ),
    ),
  );
}

function wrongOf({ item }: Row, byEnd: ReadonlyMap<string, PairVerdict[]>) {
  return item.what === 'network' ? wrongAt(item.cluster.name, item.network.network, byEnd) : undefined;
}

interface Line {
  name: string;
  drawn: PageTopology['connections'][number];
  lane: number;
  state: State | undefined;
  knots: { y: number; role: string; mark: Mark }[];
  paths: PairVerdict[];
}

function linesOf({ connections }: PageTopology, rows: readonly Row[], pairs: readonly PairVerdict[]): Line[] {
  const middles = middlesOf(rows);
  const found = connections
    .map((drawn) => ({
      drawn,
      knots: drawn.members
        .map(({ cluster, network, role, mark }) => ({ y: middles.get(`${cluster}/${network}`) ?? -1, role, mark }))
        .filter(({ y }) => y >= 0),
    }))
    .filter(({ knots }) => knots.length > 0);
  const lane = lanes(
    found.map(({ knots }) => ({ first: Math.min(...knots.map(({ y }) => y)), last: Math.max(...knots.map(({ y }) => y)) })),
  );
  return found.map(({ drawn, knots }, index) => {
    const paths = pathsOf(drawn, pairs);
    const short = drawn.name.length > LONGEST_NAME ? `${drawn.name.slice(0, LONGEST_NAME)}…` : drawn.name;
    const name = `${MARK_SIGNS[drawn.mark]}${drawn.mark === 'same' ? '' : ' '}${short}`;
    return { name, drawn, lane: lane[index] ?? 0, state: stateOf(paths), knots, paths };
  });
}

/** The middle of the line of each network. */
function middlesOf(rows: readonly Row[]): Map<string, number> {
  return new Map(
    rows.flatMap(({ item, y }) =>
      item.what === 'network' ? [[`${item.cluster.name}/${item.network.network}`, y + ROW / 2] as const] : [],
    ),
  );
}

function connection({ name, drawn, lane, state, knots, paths }: Line, narrow: Props['narrow'] | undefined) {
  const x = RIGHT_OF_BOXES + lane * LANE + 8;
  const [top, bottom] = [Math.min(...knots.map(({ y }) => y)), Math.max(...knots.map(({ y }) => y))];
  const about = `${drawn.type === 'mesh' ? 'mesh' : 'hub and spokes'} connection ${drawn.name}`;
  const choose = narrow && (() => narrow({ only: { title: about, paths: new Set(paths.map(pairKey)) } }));
  return h(
    'g',
    { class: `connection state-${state ?? 'none'} mark-${drawn.mark}${choose ? ' choice' : ''}`, onClick: choose },
    h('title', null, state === undefined ? about : `${about}: ${counted(paths.length, 'path')}`),
    h('path', { class: 'line', d: `M${x},${top}V${bottom}` }),
    knots.map(({ y, role, mark }) => [
      h('path', { class: `line mark-${mark}`, d: `M${RIGHT_OF_BOXES - 26},${y}H${x}` }),
      role === 'hub'
        ? h('rect', { class: 'knot', x: x - 5, y: y - 5, width: 10, height: 10 })
        : h('circle', { class: role === 'spoke' ? 'knot spoke' : 'knot', cx: x, cy: y, r: 5 }),
    ]),
    h('text', { class: 'name', transform: `translate(${x + 3},${top - 9}) rotate(-32)` }, name),
  );
}

function links(rows: readonly Row[], pairs: readonly PairVerdict[], open: Props['open']) {
  const middles = middlesOf(rows);
  return wrongLinks(pairs)
    .slice(0, MOST_LINKS)
    .map(({ ends, worst, count }) => {
      const [a, b] = ends.map((end) => middles.get(end));
      if (a === undefined || b === undefined) return null;
      const x = LEFT + 28;
      const out = Math.max(x - 30 - Math.abs(a - b) / 4, 12 - x / 3);
      const state = stateOf([worst]);
      return h(
        'g',
        { class: `link state-${state} choice`, onClick: () => open(worst) },
        h(
          'title',
          null,
          `${endText(worst.source)} → ${endText(worst.target)}: ${worst.verdict}${count > 1 ? `, ${count} paths` : ''}`,
        ),
        h('path', { class: 'line', d: `M${x},${a}C${out},${a} ${out},${b} ${x},${b}` }),
        h('path', { class: 'reach', d: `M${x},${a}C${out},${a} ${out},${b} ${x},${b}` }),
      );
    });
}

function Legend({ topology: { legend, connections }, smoke }: Pick<Props, 'topology' | 'smoke'>) {
  const types = new Set(connections.map(({ type }) => type));
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Signs of the drawing' },
    Object.entries(legend ?? {}).map(([mark, word]) =>
      h('li', null, h('span', { class: `swatch mark-${mark}`, 'aria-hidden': 'true' }, MARK_SIGNS[mark as Mark]), word),
    ),
    types.has('mesh') && h('li', null, h('span', { class: 'knot-sign', 'aria-hidden': 'true' }, '●'), 'in a mesh'),
    types.has('hub-spoke') && [
      h('li', null, h('span', { class: 'knot-sign', 'aria-hidden': 'true' }, '■'), 'hub'),
      h('li', null, h('span', { class: 'knot-sign', 'aria-hidden': 'true' }, '○'), 'spoke'),
    ],
    smoke &&
      wrongLinks(smoke.pairs).length > 0 &&
      h('li', null, 'lines at the left: paths that are not as declared, or not judged'),
  );
}

/** The drawing for those who do not see it. */
function inWords({ clusters, connections }: PageTopology): string {
  const parts = clusters.map(({ name, role, namespaces }) => {
    const networks = namespaces.flatMap((namespace) => namespace.networks.map(({ network }) => network));
    return `${name} (${role}) with ${networks.length === 0 ? 'no networks' : networks.join(', ')}`;
  });
  const joined = connections.map(
    ({ name, type, members }) =>
      `${type} connection ${name} of ${members.map(({ cluster, network }) => `${cluster} ${network}`).join(', ')}`,
  );
  return [...parts, ...joined].join('; ');
}
