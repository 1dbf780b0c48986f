import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { neededBy } from '../../../src/diagnosis/needed.ts';
import { expect as expectedOf } from '../../../src/expectation/expect.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';

const fleet = guideDeclaration(readFileSync(new URL('../../../examples/guide/clusters.yaml', import.meta.url), 'utf8')).fleet!;

test('what a path needs is the same on every node', () => {
  const needed = neededBy(fleet);
  const { source, target } = expectedOf(fleet).pairs.find(
    (pair) => pair.source.network === 'ns1/vn1' && pair.expected === 'reach',
  )!;
  const routers = needed.ofPath(source, target);
  expect(routers).toHaveLength(2);
  expect(needed.ofPath({ ...source, node: 'n1' }, { ...target, node: 'n2' })).toEqual(routers);
  expect(needed.ofEndpoint({ ...source, node: 'n1' })).toEqual(needed.ofEndpoint(source));
});
