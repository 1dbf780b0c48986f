import { describe, expect, test } from '@jest/globals';
import { CONFIGPLANE, CORE, DATAPLANE } from '../../../src/cn2/names.ts';
import { compareTags, groupVersion, RELEASES, releaseFacts, releaseOf } from '../../../src/cn2/releases.ts';

describe('releases', () => {
  test.each([
    ['22.2.0.93', '22.2'],
    ['cn2.23.4.0.59', '23.4'],
    ['22.4', '22.4'],
    ['23.10.0.1', '23.10'],
  ])('%s is of release %s', (version, release) => {
    expect(releaseOf(version)).toBe(release);
  });

  test.each(['', 'latest', 'v1.13.2', '22', 'cn3.22.2.0.93', '22.2-93'])('%j is no CN2 tag', (version) => {
    expect(releaseOf(version)).toBeUndefined();
  });

  test.each([
    ['22.2.0.93', '22.2.0.100', -1],
    ['22.2.0.93', 'cn2.23.4.0.59', -1],
    ['cn2.23.4.0.59', '23.4.0.59', 0],
    ['23.10.0.1', '23.9.0.2', 1],
    ['22.4', '22.4.0.0', 0],
    ['latest', '22.4', undefined],
    ['22.4', 'v1.13.2', undefined],
  ])('%s beside %s: %p', (one, other, sign) => {
    const found = compareTags(one, other);
    expect(found === undefined ? found : Math.sign(found)).toBe(sign);
  });

  test('only public releases have facts', () => {
    expect(RELEASES.map(({ release }) => release)).toEqual(['22.1', '22.2', '22.3', '22.4', '23.1', '23.2', '23.3', '23.4']);
    expect(releaseFacts('24.1.0.1')).toBeUndefined();
  });

  test('API versions, certificates and webhook move with the release', () => {
    const row = (version: string) => {
      const facts = releaseFacts(version)!;
      return [
        groupVersion(facts, CONFIGPLANE),
        groupVersion(facts, DATAPLANE),
        groupVersion(facts, CORE),
        facts.certificates,
        facts.conversionWebhook,
        facts.nodeRoles.length,
      ];
    };
    expect(row('22.1.0.93')).toEqual(['v1alpha1', 'v1alpha1', 'v1alpha1', false, false, 1]);
    expect(row('22.2.0.93')).toEqual(['v1alpha1', 'v1alpha1', 'v1alpha1', false, false, 1]);
    expect(row('22.3.0.71')).toEqual(['v1alpha1', 'v1alpha1', 'v1alpha1', false, false, 2]);
    expect(row('22.4.0.284')).toEqual(['v1alpha1', 'v1alpha1', 'v2', true, false, 2]);
    expect(row('23.1.0.282')).toEqual(['v1alpha1', 'v1alpha1', 'v3', true, false, 2]);
    expect(row('23.2.0.156')).toEqual(['v1alpha1', 'v1alpha1', 'v4', true, false, 2]);
    expect(row('23.3.0.180')).toEqual(['v1', 'v1', 'v4', true, true, 2]);
    expect(row('cn2.23.4.0.59')).toEqual(['v1', 'v1', 'v4', true, true, 2]);
    expect(groupVersion(releaseFacts('23.4')!, 'apps')).toBeUndefined();
  });
});
