import { describe, expect, test } from '@jest/globals';
import { findingsCommands } from '../../../src/report/github/annotations.ts';
import { documentJson } from '../../../src/report/json/document.ts';
import { findingsSarif } from '../../../src/report/sarif/sarif.ts';
import { FINDINGS, PLAN } from '../../support/report-documents.ts';

describe('workflow commands', () => {
  test('one command a finding, on its line', () => {
    expect(findingsCommands(FINDINGS)).toBe(
      [
        '::warning file=clusters.yaml,line=3,col=9,title=yaml11::yes is a boolean%0Ahint: quote it\n',
        '::error file=clusters.yaml,line=27,col=18,title=E1::pod subnet 10.233.128.0/17 of cluster2 overlaps the one of cluster1%0Ahint: 10.234.128.0/17 is free%0Aclusters.yaml:12:17 the other one\n',
        '::error title=cluster (cluster2)::cluster2 does not answer%0Ahint: check the address\n',
        '::notice title=E30::a note\n',
      ].join(''),
    );
  });

  test('no text ends its command or starts another', () => {
    const attack = 'a\n::set-output name=x::y\r%0A';
    const text = findingsCommands([
      { rule: `r,x:${attack}`, severity: 'error', file: attack, line: 1, column: 1, message: attack, remedy: attack },
    ]);
    expect(text.split('\n')).toHaveLength(2);
    expect(text.match(/^::/gm)).toHaveLength(1);
    expect(text).toContain('%250A');
    expect(text).toContain('title=r%2Cx%3Aa%0A');
  });
});

describe('SARIF', () => {
  const log = JSON.parse(findingsSarif(FINDINGS, { version: '0.1.0', rules: { E1: 'Subnets do not overlap' } }));

  test('a 2.1.0 log with rules, levels, places and the other places', () => {
    expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-schema-2.1.0') });
    const run = log.runs[0];
    expect(run.tool.driver).toMatchObject({ name: 'cn2-fleet', version: '0.1.0' });
    const e1 = run.results.find((entry: { ruleId: string }) => entry.ruleId === 'E1');
    expect(e1).toMatchObject({
      level: 'error',
      message: { text: expect.stringContaining('overlaps') },
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'clusters.yaml' }, region: { startLine: 27, startColumn: 18 } } },
      ],
      relatedLocations: [{ id: 0, message: { text: 'the other one' } }],
    });
    expect(run.tool.driver.rules[e1.ruleIndex]).toEqual({ id: 'E1', shortDescription: { text: 'Subnets do not overlap' } });
    for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
  });

  test('a finding about a cluster has no location', () => {
    const cluster = log.runs[0].results.find((entry: { ruleId: string }) => entry.ruleId === 'cluster');
    expect(cluster.locations).toBeUndefined();
    expect(cluster.properties).toEqual({ cluster: 'cluster2' });
  });
});

test('JSON is one document with a line end', () => {
  expect(JSON.parse(documentJson(PLAN))).toEqual(PLAN);
  expect(documentJson(PLAN).endsWith('}\n')).toBe(true);
});
