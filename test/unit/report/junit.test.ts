import { describe, expect, test } from '@jest/globals';
import type { SmokeDocument } from '../../../src/model/smoke.ts';
import { smokeJunit } from '../../../src/report/junit/smoke.ts';
import { elementsOf, junitFaults, readXml } from '../../support/junit-report.ts';
import { FINDINGS, pair, SMOKE } from '../../support/report-documents.ts';

const report = (document: SmokeDocument = SMOKE) => readXml(smokeJunit(document));
const caseNamed = (name: string) => elementsOf(report(), 'testcase').find(({ attributes }) => attributes['name'] === name);

describe('a smoke test as JUnit XML', () => {
  test('a suite per cluster that measured, a case per path; every count is right', () => {
    const root = report();
    expect(junitFaults(root)).toEqual([]);
    expect(root.attributes).toEqual({ name: 'Smoke test of guide', tests: '8', failures: '3', errors: '1', time: '0.002630' });
    expect(root.children.map(({ attributes }) => attributes)).toEqual([
      { name: 'cluster1', tests: '3', failures: '0', errors: '0', skipped: '0', time: '0.000630' },
      { name: 'cluster2', tests: '5', failures: '3', errors: '1', skipped: '1', time: '0.002000' },
    ]);
  });

  test('a path that is as declared passes, with its median in seconds', () => {
    const { children, attributes } = caseNamed('cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4')!;
    expect(children).toEqual([]);
    expect(attributes).toMatchObject({ classname: 'guide.cluster1', time: '0.000210' });
    expect(caseNamed('cluster1 → cluster2 IPv4')).toBeDefined();
    expect(caseNamed('cluster2 → cluster1 IPv4')!.attributes['time']).toBe('0.000000');
  });

  test.each([
    ['cluster2 ns1/vn2 → cluster2 ns1/vn3', 'failure', 'unreachable', 'why unreachable'],
    ['cluster2 ns1/vn2 → cluster1 ns1/vn1', 'failure', 'degraded', '40 % loss'],
    ['cluster2 ns1/vn3 → cluster1 ns1/vn1', 'failure', 'unexpectedly-reachable', 'why unexpectedly-reachable'],
    ['cluster2 → cluster1', 'error', 'inconclusive', 'why inconclusive'],
  ])('%s is a %s', (path, name, type, message) => {
    const outcome = caseNamed(`${path} IPv4`)!.children[0]!;
    expect(outcome).toMatchObject({ name, attributes: { type, message } });
    expect(outcome.text).toContain(`${type}: ${message}\nexpected: `);
  });

  test('the text says how many replies came, where anything was sent', () => {
    expect(caseNamed('cluster2 ns1/vn2 → cluster1 ns1/vn1 IPv4')!.children[0]!.text).toContain('\n3 of 5 replies');
    expect(caseNamed('cluster2 → cluster1 IPv4')!.children[0]!.text).not.toContain('replies');
  });

  test('a path that was not measured is skipped', () => {
    expect(caseNamed('cluster2 ns1/vn3 → cluster2 ns1/vn2 IPv4')!.children).toEqual([
      { name: 'skipped', attributes: { message: 'image cannot be pulled' }, children: [], text: '' },
    ]);
  });

  test('each suite says of which fleet it is, that CN2 is emulated, and what is left over', () => {
    for (const suite of elementsOf(report(), 'testsuite'))
      expect(elementsOf(suite, 'property').map(({ attributes }) => [attributes['name'], attributes['value']])).toEqual([
        ['fleet', 'guide'],
        ['emulated', 'true'],
        ['leftover', 'cluster2/Pod/ns1/probe-x'],
      ]);
  });

  test('findings are an error, so that nothing measured is not nothing wrong', () => {
    const root = report({ schemaVersion: 1, fleet: '', emulated: false, pairs: [], findings: FINDINGS });
    expect(junitFaults(root)).toEqual([]);
    expect(root.attributes).toMatchObject({ name: 'Smoke test', tests: '1', errors: '1' });
    const [error] = elementsOf(root, 'error');
    expect(error!.attributes['message']).toBe('nothing was measured, rendered/ is not what was rendered');
    for (const { message } of FINDINGS) expect(error!.text).toContain(message);
  });

  test('without a path there is no suite', () => {
    const root = report({ ...SMOKE, pairs: [] });
    expect([junitFaults(root), root.children]).toEqual([[], []]);
  });

  test('no name ends its attribute, and what XML does not allow is shown', () => {
    const name = `"/><x>&amp;]]>\u0000\u001b\ufffe\uffff\ud800'\n😀`;
    const root = report({
      ...SMOKE,
      pairs: [pair({ cluster: name, network: 'default' }, { cluster: 'b', network: name }, 'ok')],
    });
    expect(junitFaults(root)).toEqual([]);
    const shown = `"/><x>&amp;]]>\\u0000\\u001b\\ufffe\\uffff\\ud800'\\n😀`;
    expect(elementsOf(root, 'testcase')[0]!.attributes['name']).toBe(`${shown} → b ${shown} IPv4`);
  });
});
