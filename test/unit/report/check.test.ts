import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/model/finding.ts';
import { planCheck } from '../../../src/report/github/check.ts';
import { change, FINDINGS, PLAN } from '../../support/report-documents.ts';

const known = {
  ...PLAN,
  complete: true,
  clusters: [{ ...PLAN.clusters[0]!, changes: [change()] }],
};

describe('conclusion and title', () => {
  test('errors and unknown clusters fail it, and the title says which', () => {
    expect(planCheck(known, FINDINGS)).toMatchObject({ conclusion: 'failure', output: { title: '2 errors (E1, cluster)' } });
    expect(planCheck(PLAN, [])).toMatchObject({ conclusion: 'failure', output: { title: 'cluster2 unknown' } });
    expect(planCheck(PLAN, FINDINGS).output.title).toBe('2 errors (E1, cluster) and cluster2 unknown');
  });

  test('changes and warnings do not; the title is the verdict', () => {
    const warnings = FINDINGS.filter(({ severity }) => severity !== 'error');
    expect(planCheck(known, warnings)).toMatchObject({ conclusion: 'success', output: { title: '1 to create on cluster1' } });
  });

  test('an offline plan proves nothing: neutral, unless a rule is broken', () => {
    const offline = { ...PLAN, offline: true };
    expect(planCheck(offline, []).conclusion).toBe('neutral');
    expect(planCheck(offline, FINDINGS).conclusion).toBe('failure');
  });

  test('titles are cut at 255 characters', () => {
    const errors = Array.from({ length: 9 }, (_, at): Finding => ({ ...FINDINGS[0]!, rule: `${'r'.repeat(80)}${at}` }));
    const { title } = planCheck(known, errors).output;
    expect(title).toHaveLength(255);
    expect(title.endsWith('…')).toBe(true);
  });
});

describe('annotations', () => {
  test('on the line of each finding with a file, errors first; related places are said in the text', () => {
    expect(planCheck(known, FINDINGS).output.annotations).toEqual([
      {
        path: 'clusters.yaml',
        line: 27,
        column: 18,
        level: 'failure',
        title: 'E1',
        message:
          'pod subnet 10.233.128.0/17 of cluster2 overlaps the one of cluster1\nhint: 10.234.128.0/17 is free\nclusters.yaml:12:17 the other one',
      },
      {
        path: 'clusters.yaml',
        line: 3,
        column: 9,
        level: 'warning',
        title: 'yaml11',
        message: 'yes is a boolean\nhint: quote it',
      },
    ]);
  });

  test('one about a whole file stands on its first line; files outside the repository have none', () => {
    const about = (file: string): Finding => ({
      rule: 'rendered',
      severity: 'error',
      file,
      message: 'm',
      remedy: '',
      cluster: 'c',
    });
    const { annotations } = planCheck(known, [
      about('rendered/index.json'),
      about('/etc/passwd'),
      about('../x'),
      about('a/../../x'),
    ]).output;
    expect(annotations).toEqual([
      { path: 'rendered/index.json', line: 1, level: 'failure', title: 'rendered (c)', message: 'm' },
    ]);
  });

  test('no more than 1,000, and the summary still has all that fits', () => {
    const many = Array.from({ length: 3_000 }, (_, at): Finding => ({ ...FINDINGS[at % 2]!, line: at + 1 }));
    const { annotations, summary } = planCheck(known, many).output;
    expect(annotations).toHaveLength(1_000);
    expect(annotations.every(({ level }) => level === 'failure')).toBe(true);
    expect(summary.length).toBeLessThanOrEqual(65_535);
    expect(summary).toMatch(/Not shown here because of its length: .*errors/);
  });
});
