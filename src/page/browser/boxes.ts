import { h } from 'preact';
import type { Mark } from '../../report/topology/mark.ts';
import type { Filter } from './filter.ts';
import type { State, Wrong } from './path-state.ts';
import type { Row } from './rows.ts';

/** Room for the lines of what is wrong. */
export const LEFT = 70;
const WIDTH = 420;
export const RIGHT_OF_BOXES = LEFT + WIDTH + 26;

const INDENT = 14;
const LONGEST = 30;
/** Widths of a character of a name, and of what stands at the right of it. */
const NAME_CHARACTER = 7.6;
const ABOUT_CHARACTER = 6.4;

export const MARK_SIGNS: Record<Mark, string> = { created: '+', changed: '~', deleted: '−', same: '' };
const STATE_SIGNS: Record<State, string> = { good: '✓', bad: '✕', unknown: '?' };

/** A cluster, namespace or network of the drawing; `top`: where the first begins. */
export function box(row: Row, top: number, wrong: Wrong | undefined, narrow: ((part: Partial<Filter>) => void) | undefined) {
  const { item, depth } = row;
  const inset = depth * INDENT;
  const x = LEFT + inset;
  const y = top + row.y + 2;
  const right = LEFT + WIDTH - inset - 10;
  const { name, about, mark, title } = wordsOf(item);
  const left = WIDTH - 2 * inset - 30 - (wrong === undefined ? 0 : 40) - Math.min(name.length + 2, LONGEST) * NAME_CHARACTER;
  const room = Math.max(Math.floor(left / ABOUT_CHARACTER), 1);
  const choose = narrow && item.what !== 'namespace' ? () => narrow(filterOf(item)) : undefined;
  const count = wrong === undefined || wrong.state === 'good' ? '' : ` ${wrong.count}`;
  return h(
    'g',
    {
      class: `box ${item.what} mark-${mark} state-${wrong?.state ?? 'none'}${wrong?.most ? ' most' : ''}${choose ? ' choice' : ''}`,
      onClick: choose,
    },
    h('title', null, title),
    h('rect', { x, y, width: WIDTH - 2 * inset, height: row.height - 4, rx: item.what === 'network' ? 4 : 6 }),
    h('text', { class: 'name', x: x + 10, y: y + 16 }, `${mark === 'same' ? '' : `${MARK_SIGNS[mark]} `}${cut(name, LONGEST)}`),
    h('text', { class: 'about', x: right - (wrong === undefined ? 0 : 40), y: y + 16, 'text-anchor': 'end' }, cut(about, room)),
    wrong && h('text', { class: 'state', x: right - 26, y: y + 16 }, `${STATE_SIGNS[wrong.state]}${count}`),
  );
}

function wordsOf(item: Row['item']): { name: string; about: string; mark: Mark; title: string } {
  if (item.what === 'cluster') {
    const { name, role, mark, unknown } = item.cluster;
    const about = unknown === undefined ? role : `${role}, unknown`;
    return { name, about, mark, title: unknown === undefined ? `${name}, ${role}` : `${name}: ${unknown}` };
  }
  if (item.what === 'namespace') {
    const { name, isolated } = item.namespace;
    return { name, about: isolated ? 'isolated namespace' : 'namespace', mark: 'same', title: `namespace ${name}` };
  }
  const { title, network, subnets, mark } = item.network;
  return { name: title, about: subnets.join(' '), mark, title: `${item.cluster.name} ${network} ${subnets.join(' ')}` };
}

function filterOf(item: Exclude<Row['item'], { what: 'namespace' }>): Partial<Filter> {
  return { cluster: item.cluster.name, network: item.what === 'network' ? item.network.network : '' };
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
