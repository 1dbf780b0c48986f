import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { fleetSoFar, type WorkAhead } from '../../../src/expectation/so-far.ts';
import { GUIDE_OF_THREE } from '../rules/guide.ts';

const fleet = readDeclaration(GUIDE_OF_THREE, 'clusters.yaml').fleet!;
const NOTHING: WorkAhead = { attaching: new Set(), entries: new Set(), deletes: false };

function left(ahead: Partial<WorkAhead>): [clusters: string[], networks: string[]] {
  const found = fleetSoFar(fleet, { ...NOTHING, ...ahead });
  return [found.distributed.map(({ name }) => name), found.networks.map(({ name }) => name)];
}

describe('what of a fleet can be measured while a plan is carried out', () => {
  test('is all of it where nothing is ahead', () => {
    expect(fleetSoFar(fleet, NOTHING)).toEqual(fleet);
  });

  test('is without clusters that are not attached yet, and their networks', () => {
    expect(left({ attaching: new Set(['cluster3']) })).toEqual([['cluster2'], ['vn1', 'vn2']]);
    expect(left({ attaching: new Set(['cluster2']) })).toEqual([['cluster3'], ['vn1']]);
  });

  test('is without networks that are written later, in part or through their namespace', () => {
    expect(left({ entries: new Set(['/networks/0/v4']) })[1]).toEqual(['vn2']);
    expect(left({ entries: new Set(['/namespaces/1']) })[1]).toEqual(['vn1']);
  });

  test('is without networks whose connection is not there yet', () => {
    expect(left({ entries: new Set(['/connections/0']) })[1]).toEqual([]);
  });

  test('knows of no network while something is still to go', () => {
    expect(left({ deletes: true })).toEqual([['cluster2', 'cluster3'], []]);
  });
});
