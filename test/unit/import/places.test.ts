import { describe, expect, test } from '@jest/globals';
import { placeOf } from '../../../src/import/view.ts';

type Places = Parameters<typeof placeOf>[0];
const places = (distributed: Record<string, string>, unnamed: string[] = []): Places =>
  ({
    central: { name: 'cluster1' },
    distributed: Object.entries(distributed).map(([name, prefix]) => ({ name, prefix })),
    unnamed,
  }) as Places;

describe('the cluster of a namespace of the central one', () => {
  test.each([
    [
      'of two named clusters',
      places({ cluster2: 'km-cluster2', cluster3: 'km-cluster2-cluster3' }),
      { cluster: 'cluster3', namespace: 'ns9' },
    ],
    ['of a named one', places({ cluster3: 'km-cluster2-cluster3' }, ['km-cluster2']), { cluster: 'cluster3', namespace: 'ns9' }],
    ['of one that is not named', places({ cluster2: 'km-cluster2' }, ['km-cluster2-cluster3']), undefined],
  ])('is that with the longest prefix, %s', (_what, view, expected) => {
    expect(placeOf(view, 'km-cluster2-cluster3-ns9')).toEqual(expected);
  });

  test('is the central one without a prefix', () => {
    expect(placeOf(places({ cluster2: 'km-cluster2' }), 'ns1')).toEqual({ cluster: 'cluster1', namespace: 'ns1' });
  });
});
