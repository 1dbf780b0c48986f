import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { ownersInOrder } from '../../../src/plan/order.ts';
import { readCommitted } from '../../../src/render/committed.ts';
import { render } from '../../../src/render/render.ts';
import { judgeDeclaration, judgeManifests, judgeRemoval } from '../../../src/rules/judge.ts';
import { replaced } from '../../support/guide-fleet.ts';
import { smallRelease } from '../../support/small-release.ts';
import { EVERY_KEY, edited, GUIDE, GUIDE_OF_THREE, lineOf } from './guide.ts';

const NUMBERS = '    listenerPort: 19500\n    constantRouteTargetNumber: 8500\n';
/** cluster2 with numbers of its own. */
const OWN = edited(GUIDE, '    index: 0\n', NUMBERS);

function rendered(text: string) {
  const declaration = readDeclaration(text, 'clusters.yaml');
  const { tree, findings } = render({ declaration, vendorFiles: smallRelease() });
  expect([...declaration.findings, ...judgeDeclaration(declaration), ...findings]).toEqual([]);
  return tree!;
}

function numbersOf(text: string): [unknown, unknown][] {
  return rendered(text)
    .manifests.filter(({ object }) => object.kind === 'Kubemanager')
    .map(({ object }) => object['spec'] as Record<string, unknown>)
    .map((spec) => [spec['listenerPort'], spec['constantRouteTargetNumber']]);
}

describe('listenerPort and constantRouteTargetNumber', () => {
  test.each([
    ['follow from the index', GUIDE, [19446, 7699]],
    ['stand instead of it', OWN, [19500, 8500]],
    ['one of them stands beside it', edited(GUIDE, '    index: 0\n', '    index: 0\n    listenerPort: 19500\n'), [19500, 7699]],
    ['both stand beside it', edited(GUIDE, '    index: 0\n', `    index: 0\n${NUMBERS}`), [19500, 8500]],
  ])('%s', (_title, text, numbers) => {
    expect(numbersOf(text)).toEqual([numbers]);
    // What is committed reads back as the same fleet.
    const tree = rendered(text);
    expect(readCommitted(tree.files).tree?.fleet).toEqual(tree.fleet);
  });

  test('clusters are attached in order of index; one without has the place of an index with its port', () => {
    const text = edited(GUIDE_OF_THREE, '    index: 0\n', '    listenerPort: 19448\n    constantRouteTargetNumber: 9000\n');
    const tree = rendered(text);
    expect(ownersInOrder(tree.fleet)).toEqual(['cluster3', 'cluster2']);
    expect(numbersOf(text)).toEqual([
      [19447, 7799],
      [19448, 9000],
    ]);
  });

  test('a rendered Kubemanager with other numbers is E7 and E8', () => {
    const tree = rendered(OWN);
    const fleet = readDeclaration(GUIDE, 'clusters.yaml').fleet!;
    const found = judgeManifests({ fleet, manifests: tree.manifests, vendorFiles: {} });
    expect(found.map(({ rule, message }) => `${rule} ${message}`)).toEqual(
      expect.arrayContaining([
        'E7 Kubemanager of cluster2 has listenerPort 19500; the declaration gives 19446',
        'E8 Kubemanager of cluster2 has constantRouteTargetNumber 8500; the declaration gives 7699',
      ]),
    );
  });
});

describe('for life', () => {
  const removals = (text: string, before: string): string[] =>
    judgeRemoval(readDeclaration(text, 'clusters.yaml'), readDeclaration(before, 'clusters.yaml').fleet).map(
      ({ rule, line, message }) => `${rule} ${line} ${message}`,
    );
  const SAME = edited(GUIDE, '    index: 0\n', '    listenerPort: 19446\n    constantRouteTargetNumber: 7699\n');

  test('the same numbers may be written in either way', () => {
    expect(removals(SAME, GUIDE)).toEqual([]);
    expect(removals(GUIDE, SAME)).toEqual([]);
  });

  test.each([
    ['19446', '19447', 'listenerPort'],
    ['7699', '7700', 'constantRouteTargetNumber'],
  ])('%s does not become %s', (was, is, key) => {
    const text = replaced(SAME, was, is);
    const line = lineOf(text, `${key}: ${is}`);
    expect(removals(text, GUIDE)).toEqual([
      `E9 ${line} ${key} of cluster2 is ${is}, but was rendered as ${was}, and it never changes`,
    ]);
  });

  test('an index beside numbers is for life too', () => {
    const beside = (index: number) => edited(GUIDE, '    index: 0\n', `    index: ${index}\n${NUMBERS}`);
    expect(removals(beside(2), beside(1))).toEqual([
      `E9 ${lineOf(beside(2), 'index: 2')} index of cluster2 is 2, but was rendered as 1, and an index never changes`,
    ]);
  });

  test('a retired index stays retired', () => {
    const text = replaced(EVERY_KEY, 'retired: [3, 7]', 'retired: [7]');
    expect(removals(text, EVERY_KEY)).toEqual([`E9 ${lineOf(text, 'retired:')} index 3 is no longer retired`]);
    expect(removals(replaced(EVERY_KEY, 'retired: [3, 7]\n', ''), EVERY_KEY)).toEqual([
      'E9 1 index 3 is no longer retired',
      'E9 1 index 7 is no longer retired',
    ]);
    expect(removals(EVERY_KEY, replaced(EVERY_KEY, 'retired: [3, 7]', 'retired: []'))).toEqual([]);
  });

  test('a finding names the index that is retired, and the next one that is neither used nor retired', () => {
    const text = replaced(EVERY_KEY, 'index: 1', 'index: 7');
    const declaration = readDeclaration(text, 'clusters.yaml');
    expect(judgeDeclaration(declaration)).toMatchObject([
      {
        ...{ rule: 'E9', line: lineOf(text, 'index: 7'), message: 'index 7 of cluster3 is retired' },
        remedy: expect.stringContaining('55 is unused here'),
        related: [{ line: lineOf(text, 'retired:'), message: 'retired here' }],
      },
    ]);
  });
});
