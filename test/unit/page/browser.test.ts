import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pairKey } from '../../../src/expectation/expect.ts';
import { EVERYTHING, passes } from '../../../src/page/browser/filter.ts';
import { heatOf, heatStep } from '../../../src/page/browser/heat.ts';
import { pathsByEnd, pathsOf, stateOf, wrongAt, wrongLinks } from '../../../src/page/browser/path-state.ts';
import { destination } from '../../../src/page/browser/roving.ts';
import { lanes, ROW, rowsOf } from '../../../src/page/browser/rows.ts';
import { lookOf, spoken } from '../../../src/page/browser/verdicts.ts';
import { drawnTopology } from '../../../src/page/topology.ts';
import { wideFleet, wideSmoke } from '../../support/page-documents.ts';
import { SMOKE } from '../../support/report-documents.ts';

const FLEET = wideFleet(3, 3);
const { pairs } = wideSmoke(FLEET);

describe('the filter of the matrix', () => {
  const shown = (part: Partial<typeof EVERYTHING>) => pairs.filter((pair) => passes({ ...EVERYTHING, ...part }, pair));

  test('without a choice shows everything', () => {
    expect(shown({})).toEqual(pairs);
  });

  test('by cluster and network, at either end', () => {
    const kept = shown({ cluster: 'cluster2', network: 'ns2/vn1' });
    expect(kept).toHaveLength(2 * 8);
    for (const { source, target } of kept)
      expect([`${source.cluster} ${source.network}`, `${target.cluster} ${target.network}`]).toContain('cluster2 ns2/vn1');
  });

  test('by verdict, change and family', () => {
    expect(shown({ verdicts: ['unreachable', 'degraded'] })).toHaveLength(3);
    expect(
      shown({ changed: true })
        .map(({ change }) => change)
        .sort(),
    ).toEqual(['newly-broken', 'newly-broken', 'slower']);
    expect(shown({ family: 'v6' })).toEqual([]);
  });

  test('by what a diagnosis is about', () => {
    const [first] = pairs;
    expect(shown({ only: { title: 'x', paths: new Set([pairKey(first!)]) } })).toEqual([first]);
  });
});

describe('the keys of a grid', () => {
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });
  const size = { rows: 3, columns: 4 };
  const at = { row: 1, column: 1 };

  test.each([
    ['ArrowLeft', false, { row: 1, column: 0 }],
    ['ArrowRight', false, { row: 1, column: 2 }],
    ['ArrowUp', false, { row: 0, column: 1 }],
    ['ArrowDown', false, { row: 2, column: 1 }],
    ['Home', false, { row: 1, column: 0 }],
    ['End', false, { row: 1, column: 3 }],
    ['Home', true, { row: 0, column: 0 }],
    ['End', true, { row: 2, column: 3 }],
    ['PageDown', false, { row: 2, column: 1 }],
    ['PageUp', false, { row: 0, column: 1 }],
  ])('%s, with control %p', (name, control, to) => {
    expect(destination(key(name, control), at, size)).toEqual(to);
  });

  test('lead nowhere else, and never out of the grid', () => {
    expect(destination(key('a'), at, size)).toBeUndefined();
    expect(destination({ ...key('ArrowLeft'), altKey: true }, at, size)).toBeUndefined();
    expect(destination(key('ArrowUp'), { row: 0, column: 0 }, size)).toEqual({ row: 0, column: 0 });
    expect(destination(key('ArrowRight'), { row: 2, column: 3 }, size)).toEqual({ row: 2, column: 3 });
  });
});

describe('what a cell looks like', () => {
  test('no two verdicts have one sign', () => {
    const looks = new Map(SMOKE.pairs.map((pair) => [lookOf(pair).name, lookOf(pair).sign]));
    expect(new Set(looks.values()).size).toBe(looks.size);
    expect(looks.size).toBe(7);
  });

  test('it is read out with its ends, verdict, value and change', () => {
    expect(pairs.filter(({ change }) => change !== undefined).map(spoken)).toContain(
      'cluster2 ns1/vn2 to cluster1 ns1/vn2, degraded, 40 % loss, slower',
    );
  });

  test('steps of round trips grow, and each path is in one', () => {
    const heat = heatOf(pairs);
    expect(heat.steps).toHaveLength(5);
    expect([...heat.steps].sort((a, b) => a - b)).toEqual(heat.steps);
    const measured = pairs.filter(({ rttMs }) => rttMs !== undefined);
    const steps = new Set(measured.map((pair) => heatStep(heat, pair)));
    expect(Math.min(...steps)).toBe(0);
    expect(Math.max(...steps)).toBe(4);
    expect(heatOf([]).steps).toEqual([]);
  });
});

describe('the drawing', () => {
  const topology = drawnTopology({ fleet: FLEET, smoke: wideSmoke(FLEET) });
  const rows = rowsOf(topology);

  test('has a line for everything, and boxes around what is in them', () => {
    expect(rows).toHaveLength(3 * (1 + 1 + 2 + 3));
    const lines = rows.map(({ y }) => y);
    expect(new Set(lines).size).toBe(lines.length);
    for (const outer of rows)
      for (const inner of rows) {
        const apart = inner.y >= outer.y + outer.height || outer.y >= inner.y + inner.height;
        const inside = inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
        const around = outer.y >= inner.y && outer.y + outer.height <= inner.y + inner.height;
        expect(apart || inside || around).toBe(true);
      }
    expect(rows.filter(({ item }) => item.what === 'network').every(({ height }) => height === ROW)).toBe(true);
  });

  test('two lines that overlap are not in one lane', () => {
    const span = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
        const lane = lanes(spans);
        for (const [i, a] of spans.entries())
          for (const [j, b] of spans.entries())
            if (i < j && lane[i] === lane[j]) expect(a.last < b.first || b.last < a.first).toBe(true);
      }),
    );
  });

  test('a connection is as its paths are, between spokes there are none', () => {
    const [mesh, hub] = topology.connections;
    expect([stateOf(pathsOf(mesh!, pairs)), pathsOf(mesh!, pairs).length]).toEqual(['bad', 6]);
    expect([stateOf(pathsOf(hub!, pairs)), pathsOf(hub!, pairs).length]).toEqual(['bad', 4]);
    expect(stateOf([])).toBeUndefined();
  });

  test('what is wrong is a link for every two networks, failures first', () => {
    const links = wrongLinks(pairs);
    expect(links[0]?.ends).toEqual(['cluster1/ns2/vn1', 'cluster2/ns2/vn1']);
    expect([links[0]?.count, links.length]).toEqual([2, 3 + 8]);
  });

  test('a network counts its wrong paths, and says whether they are most', () => {
    const byEnd = pathsByEnd(pairs);
    expect(wrongAt('cluster2', 'ns2/vn3', byEnd)).toEqual({ state: 'unknown', count: 8, most: true });
    expect(wrongAt('cluster1', 'ns2/vn1', byEnd)).toEqual({ state: 'bad', count: 3, most: false });
    expect(wrongAt('cluster9', 'x', byEnd)).toBeUndefined();
  });
});
