import { endpointKey } from '../../expectation/expect.ts';
import type { Endpoint } from '../../model/smoke.ts';
import type { Style } from '../../model/style.ts';
import type { PathState, ProgressPath } from '../../ports/reporter.ts';

/** More rows than this leave no room for anything else on a screen: then clusters are rows. */
const MOST_ROWS = 24;
/** Columns of a cell, with its gap. */
const CELL = 2;

/** Of several families, and of what is rolled up, the worst is shown. */
const WORST: readonly PathState[] = ['not-as-declared', 'unknown', 'as-declared'];

/** The matrix of a smoke test while it is measured: rows are sources, columns are targets in the same order. */
export class LiveMatrix {
  readonly #style: Style;
  #paths: readonly ProgressPath[] = [];
  readonly #states = new Map<string, PathState>();

  constructor(style: Style) {
    this.#style = style;
  }

  /** The paths that are about to be measured; none: nothing is shown. */
  begin(paths: readonly ProgressPath[]): void {
    this.#paths = paths;
    this.#states.clear();
  }

  set(path: ProgressPath, state: PathState): void {
    this.#states.set(keyOf(path), state);
  }

  /** Lines that fit so many columns; without paths there are none. */
  lines(columns: number): string[] {
    const ends = [
      ...new Map(this.#paths.flatMap(({ source, target }) => [source, target]).map((end) => [endpointKey(end), end])).values(),
    ];
    const all = this.#grid(ends, endpointKey, titleOf);
    const fits = all.length <= MOST_ROWS && ends.length * CELL < columns / 2;
    const shown = fits
      ? all
      : this.#grid(
          ends,
          ({ cluster }) => cluster,
          ({ cluster }) => cluster,
        );
    const room = columns - 3 - CELL * shown.length;
    const width = Math.max(8, Math.min(room, ...[Math.max(0, ...shown.map(({ title }) => title.length))]));
    return shown.map(({ title, cells }) => `  ${fitted(title, width)} ${cells.map((cell) => this.#sign(cell)).join(' ')}`);
  }

  #grid(
    ends: readonly Endpoint[],
    groupOf: (end: Endpoint) => string,
    named: (end: Endpoint) => string,
  ): { title: string; cells: (PathState | 'open' | undefined)[] }[] {
    const groups = [...new Map(ends.map((end) => [groupOf(end), end]))];
    const cells = new Map<string, (PathState | 'open')[]>();
    for (const path of this.#paths) {
      const key = `${groupOf(path.source)} ${groupOf(path.target)}`;
      cells.set(key, [...(cells.get(key) ?? []), this.#states.get(keyOf(path)) ?? 'open']);
    }
    return groups.map(([row, end]) => ({
      title: named(end),
      cells: groups.map(([column]) => worst(cells.get(`${row} ${column}`) ?? [])),
    }));
  }

  #sign(cell: PathState | 'open' | undefined): string {
    const { dim, green, red, yellow } = this.#style;
    if (cell === undefined) return dim('–');
    if (cell === 'open') return dim('·');
    return { 'as-declared': green('✓'), 'not-as-declared': red('✗'), unknown: yellow('?') }[cell];
  }
}

function worst(states: readonly (PathState | 'open')[]): PathState | 'open' | undefined {
  if (states.length === 0) return undefined;
  const bad = WORST.slice(0, 2).find((state) => states.includes(state));
  return bad ?? (states.includes('open') ? 'open' : 'as-declared');
}

function keyOf({ source, target, family }: ProgressPath): string {
  return `${endpointKey(source)} ${endpointKey(target)} ${family}`;
}

function fitted(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

function titleOf({ cluster, network, node }: Endpoint): string {
  return [cluster, ...(network === 'default' ? [] : [network]), ...(node === undefined ? [] : [`@${node}`])].join(' ');
}
