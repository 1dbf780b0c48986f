import { expect, test } from '@jest/globals';
import { plainPath, rootsOf } from '../../../src/declare/roots.ts';
import type { Finding } from '../../../src/model/finding.ts';

const EAST = { file: 'clusters.yaml', shownFile: 'east/clusters.yaml', shownFolder: 'east/' };

const finding = (file?: string, related?: string): Finding => ({
  rule: 'E1',
  severity: 'error',
  message: 'm',
  remedy: 'r',
  ...(file === undefined ? {} : { file, line: 1, column: 1 }),
  ...(related === undefined ? {} : { related: [{ file: related, line: 2, column: 1, message: 'r' }] }),
});
const files = (findings: readonly Finding[]) => findings.map(({ file, related }) => [file, related?.[0]?.file]);

test('a path of the declaration’s folder leads from where the user is, and from the top of the repository', () => {
  const roots = rootsOf(EAST, 'fleets/east/');
  expect(roots.forUser('rendered/plan.json')).toBe('east/rendered/plan.json');
  expect(['rendered', './rendered/', '../west', '../../..', 'clusters.yaml'].map(roots.fromTop)).toEqual([
    'fleets/east/rendered',
    'fleets/east/rendered',
    'fleets/west',
    '..',
    'fleets/east/clusters.yaml',
  ]);
  expect(roots.fromDeclaration('.github/workflows')).toBe('../../.github/workflows');
  expect(rootsOf(EAST).fromDeclaration('.github')).toBe('.github');
});

test('findings are told to the user as typed, and to GitHub from the top; the declaration is called by its name', () => {
  const roots = rootsOf(EAST, 'fleets/east/');
  const found = [finding('east/clusters.yaml', 'rendered/a.yaml'), finding('cn2/a.yaml'), finding('/etc/x'), finding()];
  const shown = roots.findingsForUser(found);
  expect(files(shown)).toEqual([
    ['east/clusters.yaml', 'east/rendered/a.yaml'],
    ['east/cn2/a.yaml', undefined],
    ['/etc/x', undefined],
    [undefined, undefined],
  ]);
  expect(files(roots.findingsFromTop(shown))).toEqual([
    ['fleets/east/clusters.yaml', 'fleets/east/rendered/a.yaml'],
    ['fleets/east/cn2/a.yaml', undefined],
    ['/etc/x', undefined],
    [undefined, undefined],
  ]);
});

test('a path is made plain', () => {
  expect(['a//b/./c', 'a/../b', '../a', 'a/../../b', '', '.'].map(plainPath)).toEqual(['a/b/c', 'b', '../a', '../b', '', '']);
});
