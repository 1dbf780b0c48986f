import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { LiveCluster } from '../../../src/model/live.ts';
import { RULES } from '../../../src/rules/all-rules.ts';
import { findingConditions } from '../../../src/rules/conditions.ts';
import { rulesReference } from '../../../src/rules/reference.ts';
import { LOWERABLE, lowered } from '../../../src/rules/severity.ts';
import { judgeClusters } from '../../../src/survey/look.ts';
import { edited, GUIDE, lineOf } from './guide.ts';

const REASON = 'it works here';
const declaring = (entries: string) => readDeclaration(`${GUIDE}severity:\n${entries}`, 'clusters.yaml');
const UNTIL = declaring(`  E16: {level: warning, reason: ${REASON}, until: 2027-06-30}\n`);
const ALWAYS = declaring(`  E16: {level: warning, reason: ${REASON}}\n`);
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);

function live(): { clusters: LiveCluster[] } {
  const daemonSets = ['kube-system/nodelocaldns', 'kube-system/calico-node'];
  const cluster: LiveCluster = {
    ...{ name: 'cluster2', role: 'distributed', status: 'known', resources: [], unavailableGroups: [] },
    listings: [{ group: 'dataplane.juniper.net', kind: 'Vrouter', status: 'absent' }],
    facts: { nodes: [], daemonSets, serverVersion: 'v1.30.0' },
    ...{ emulated: false, requests: 0 },
  };
  return { clusters: [cluster] };
}

function judged(declaration: typeof UNTIL, now: number): Finding[] {
  expect(declaration.findings).toEqual([]);
  return judgeClusters({ fleet: declaration.fleet!, source: declaration.source, live: live(), now });
}

describe('severity', () => {
  test('makes errors of its rule warnings that name the reason, and no others', () => {
    const findings = judged(ALWAYS, noon('2040-01-01'));
    expect(findings).toMatchObject([
      { rule: 'E15', severity: 'error' },
      { rule: 'E16', severity: 'warning', message: expect.stringContaining(`(lowered by severity.E16: ${REASON})`) },
    ]);
    expect(findingConditions(findings.filter(({ rule }) => rule === 'E16'))).toEqual([]);
  });

  test.each([
    ['2027-06-29T00:00:00Z', 'warning'],
    ['2027-06-30T23:59:59.999Z', 'warning'],
    ['2027-07-01T00:00:00Z', 'error'],
    ['2031-01-01T00:00:00Z', 'error'],
  ])('until 2027-06-30 at %s: %s', (time, severity) => {
    const findings = judged(UNTIL, Date.parse(time));
    expect(findings.find(({ rule }) => rule === 'E16')).toMatchObject({ severity });
    const ended = findings.filter(({ rule }) => rule === 'severity');
    const line = lineOf(`${GUIDE}severity:\n  E16: {`, '  E16: {');
    expect(ended).toEqual(
      severity === 'warning'
        ? []
        : [
            expect.objectContaining({
              ...{ severity: 'warning', file: 'clusters.yaml', line },
              message: 'severity.E16 ended with 2027-06-30: E16 is an error again',
            }),
          ],
    );
  });

  test('without findings of its rule says nothing, also when it has ended', () => {
    expect(lowered([], { fleet: UNTIL.fleet!, source: UNTIL.source, now: noon('2040-01-01') })).toEqual([]);
  });

  test('leaves warnings and the findings of rules that may not be lowered as they are', () => {
    const fleet = declaring(`  E1: {level: warning, reason: ${REASON}}\n  E16: {level: warning, reason: ${REASON}}\n`).fleet!;
    const findings: Finding[] = [
      { rule: 'E1', severity: 'error', message: 'a', remedy: 'b' },
      { rule: 'E16', severity: 'warning', message: 'a', remedy: 'b' },
    ];
    expect(lowered(findings, { fleet, now: 0 })).toEqual(findings);
  });

  test('may be written with the date as every reader of YAML knows it', () => {
    const quoted = declaring(`  E16: {level: warning, reason: ${REASON}, until: "2027-06-30"}\n`);
    expect([UNTIL.findings, quoted.findings]).toEqual([[], []]);
    expect(quoted.digest).toBe(UNTIL.digest);
    // Elsewhere such a scalar is worth a word.
    expect(readDeclaration(edited(GUIDE, 'labels: {ns: ns1}', 'labels: {ns: 2027-06-30}'), 'x').findings).toMatchObject([
      { rule: 'yaml11' },
    ]);
  });

  test('knows only rules that exist, and the reference says which', () => {
    const ids = RULES.map(({ id }) => id);
    expect(LOWERABLE.filter((id) => !ids.includes(id))).toEqual([]);
    const sections = rulesReference()
      .split(/^## /m)
      .filter((section) => section.includes('May be lowered'));
    expect(sections.map((section) => section.split('\n')[0])).toEqual(LOWERABLE);
  });
});
