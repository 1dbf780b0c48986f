import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { durationOf } from '../../../src/declare/duration.ts';
import { parseFleet, writeFleet } from '../../../src/render/fleet-file.ts';
import { EVERY_KEY, GUIDE_OF_THREE, lineOf } from '../rules/guide.ts';

function findings(upgrade: string): string[] {
  const text = `${GUIDE_OF_THREE}upgrade: ${upgrade}\n`;
  const declaration = readDeclaration(text, 'clusters.yaml');
  const line = lineOf(text, 'upgrade: ');
  return declaration.findings.map(
    (finding) => `${finding.rule} ${finding.line === line ? 'here' : finding.line}: ${finding.message}`,
  );
}

describe('upgrade', () => {
  test('has defaults, and fleet.json reads back as the same fleet', () => {
    const { fleet } = readDeclaration(`${GUIDE_OF_THREE}upgrade: {}\n`, 'clusters.yaml');
    expect(fleet!.upgrade).toEqual({ maxUnavailable: 1, soak: '0s', order: [] });
    const every = readDeclaration(EVERY_KEY, 'clusters.yaml').fleet!;
    expect(every.upgrade).toEqual({ maxUnavailable: 2, soak: '10m', order: ['cluster4', 'cluster2'] });
    expect(parseFleet(writeFleet(every))!.upgrade).toEqual(every.upgrade);
  });

  test.each([
    ['{order: [cluster2, cluster9]}', ['reference here: distributed cluster cluster9 is not declared']],
    ['{order: [cluster1]}', ['reference here: distributed cluster cluster1 is not declared']],
    ['{order: [cluster2, cluster2]}', ['schema here: upgrade.order names a cluster twice']],
    ['{maxUnavailable: 0}', ['schema here: upgrade.maxUnavailable must be at least 1']],
    ['{maxUnavailable: 1.5}', [expect.stringContaining('schema here: upgrade.maxUnavailable')]],
    ['{soak: soon}', ['schema here: upgrade.soak (soon) is not a duration of at most 24h']],
    ['{soak: 25h}', ['schema here: upgrade.soak (25h) is not a duration of at most 24h']],
    ['{soak: 10}', [expect.stringContaining('schema here: upgrade.soak')]],
    ['{pause: 10m}', [expect.stringContaining('schema here: ')]],
    ['{maxUnavailable: 2, soak: 1h30m, order: [cluster3]}', []],
  ])('%s', (upgrade, expected) => {
    expect(findings(upgrade)).toEqual(expected);
  });

  test.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['0s', 0],
    ['', undefined],
    ['h', undefined],
    ['10', undefined],
    ['10m5h', undefined],
    [' 10m', undefined],
    ['-1m', undefined],
  ])('a duration: "%s"', (text, milliseconds) => {
    expect(durationOf(text)).toBe(milliseconds);
  });
});
