import { describe, expect, test } from '@jest/globals';
import { applyMarkdown } from '../../../src/report/markdown/apply.ts';
import { bytes, GITHUB_LIMIT } from '../../../src/report/markdown/budget.ts';
import { code, prose } from '../../../src/report/markdown/escape.ts';
import { findingsMarkdown } from '../../../src/report/markdown/findings.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { renderMarkdown } from '../../../src/report/markdown/render.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { APPLY, change, FINDINGS, PLAN, pair, SMOKE } from '../../support/report-documents.ts';

describe('plan', () => {
  test('verdict first, deletes before the rest, conflict with its owner, all in folds that close', () => {
    const text = planMarkdown(PLAN, FINDINGS);
    expect(text.split('\n')[0]).toBe(
      '⚠️ **Plan for guide: 1 to delete, 1 to replace, 1 to create, 1 to update, 1 to adopt, pods to restart on cluster1; 1 field in conflict; 1 not previewed; cluster2 unknown** · emulated CN2: the lab stands in for the vendor’s control and data plane',
    );
    expect(text.indexOf('Subnet ns1/gone')).toBeLessThan(text.indexOf('Kubemanager contrail/'));
    expect(text).toContain('```diff\n  /metadata/labels/ns\n- "old"\n+ "ns1"\n! kubectl-edit owns this field');
    expect(text).toContain('unknown: cluster2: connection refused');
    expect(text).toContain('**not previewed**');
    expect(markdownFaults(text)).toEqual([]);
  });

  test('10,000 objects stay below the limit; deletes and errors are kept, what is left out is counted', () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      change({ action: at % 500 === 0 ? 'delete' : 'create', uid: 'u', name: `object-${at}` }),
    );
    const text = planMarkdown({ ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: many }] }, FINDINGS);
    expect(bytes(text)).toBeLessThan(GITHUB_LIMIT);
    expect(text.match(/`- delete`/g)).toHaveLength(20);
    expect(text).toContain('**E1**');
    const shown = text.match(/`[-+] (delete|create)`/g)!.length;
    expect(text).toMatch(new RegExp(`_Not shown here because of its length: .*\\b${10_000 - shown} objects\\._`));
    expect(markdownFaults(text)).toEqual([]);
  });

  test('2,000 clusters stay below the limit, unknown ones are named first', () => {
    const clusters = Array.from({ length: 2_000 }, (_, at) => ({
      ...PLAN.clusters[0]!,
      name: `cluster-${at}`,
      status: at % 100 === 7 ? ('unknown' as const) : ('known' as const),
      reason: 'does not answer',
      changes: [change({ name: 'n' })],
    }));
    const text = planMarkdown({ ...PLAN, clusters }, []);
    expect(bytes(text)).toBeLessThan(GITHUB_LIMIT);
    expect(text).toContain('20 clusters unknown');
    expect(text).toContain('`cluster-7` | central | ⚠️ unknown');
    expect(text).toMatch(/Not shown here because of its length: .*\d+ objects/);
    expect(markdownFaults(text)).toEqual([]);
  });

  test('one value of a megabyte is shortened, its rest counted', () => {
    const text = planMarkdown(
      {
        ...PLAN,
        clusters: [
          {
            ...PLAN.clusters[0]!,
            changes: [change({ action: 'update', fields: [{ path: '/data', before: 'a', after: 'x'.repeat(1_000_000) }] })],
          },
        ],
      },
      [],
    );
    expect(bytes(text)).toBeLessThan(3_000);
    expect(text).toMatch(/… \(\d+ more characters\)/);
  });
});

describe('hostile text', () => {
  const attack =
    '@octocat #1 GH-2 <img src=x> ```\n</details> [x](http://e.example) | www.e.example `` ` \u202e\u0000 <!-- & &lt; _*~';
  test.each([
    [
      'plan',
      planMarkdown(
        {
          ...PLAN,
          fleet: attack,
          clusters: [
            {
              ...PLAN.clusters[0]!,
              name: attack,
              status: 'unknown',
              reason: attack,
              changes: [
                change({
                  action: 'update',
                  kind: attack,
                  namespace: attack,
                  name: attack,
                  fields: [{ path: attack, before: attack, after: attack, conflictsWith: attack }],
                }),
              ],
            },
          ],
        },
        [],
      ),
    ],
    [
      'findings',
      findingsMarkdown({
        schemaVersion: 1,
        findings: FINDINGS.map((entry) => ({ ...entry, message: attack, remedy: attack, file: attack })),
      }),
    ],
    [
      'smoke',
      smokeMarkdown({
        ...SMOKE,
        fleet: attack,
        leftovers: [attack],
        pairs: SMOKE.pairs.map((entry) => ({ ...entry, reason: attack, source: { cluster: attack, network: attack } })),
      }),
    ],
    [
      'apply',
      applyMarkdown({
        ...APPLY,
        fleet: attack,
        reason: attack,
        steps: APPLY.steps.map((step) => ({ ...step, cluster: attack, object: attack, result: step.result, reason: attack })),
      }),
    ],
    [
      'render',
      renderMarkdown({
        schemaVersion: 1,
        check: true,
        created: [attack],
        updated: [attack],
        removed: [attack],
        unchanged: 0,
        findings: [],
      }),
    ],
  ])('%s: no mention, no link, no HTML, no open fence', (_, text) => {
    expect(markdownFaults(text)).toEqual([]);
  });

  test('the checker itself finds each fault', () => {
    for (const bad of ['@octocat', 'see #1', 'GH-1', '<img>', '```', '<details>', 'http://x', '[x](y)', '</details>']) {
      expect(markdownFaults(bad)).not.toEqual([]);
    }
    expect(markdownFaults(`${code('@a #1 <b> `` http://x')} ${prose('@a #1 <b> `` http://x')}`)).toEqual([]);
  });

  test('a table keeps its columns', () => {
    const text = smokeMarkdown({
      ...SMOKE,
      pairs: [pair({ cluster: 'a|b', network: 'n\\|m' }, { cluster: 'c', network: 'd/e' }, 'ok')],
    });
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length))).toEqual(new Set([5]));
  });
});

describe('smoke', () => {
  test('cells say what was measured', () => {
    const text = smokeMarkdown(SMOKE);
    for (const cell of ['✅ 0.21 ms', '🚫 ✅', '❌ reachable!', '❌ 100 % loss', '⚠️ 40 % loss', '❓'])
      expect(text).toContain(`| ${cell} `);
    expect(text).toContain(
      '- ❌ `cluster2 ns1/vn3` → `cluster1 ns1/vn1` IPv4 **unexpectedly-reachable**, 5 of 5 replies: why unexpectedly\\-reachable',
    );
  });

  test('2,500 failing pairs stay below the limit', () => {
    const ends = Array.from({ length: 51 }, (_, at) => ({ cluster: `c${at}`, network: 'default' }));
    const pairs = ends.flatMap((from) => ends.filter((to) => to !== from).map((to) => pair(from, to, 'unreachable')));
    const text = smokeMarkdown({ ...SMOKE, pairs });
    expect(bytes(text)).toBeLessThan(GITHUB_LIMIT);
    expect(text).toMatch(/Not shown here because of its length: .*failing paths/);
    expect(markdownFaults(text)).toEqual([]);
  });
});

describe('apply', () => {
  test('outcome, what failed, smoke test, steps', () => {
    const text = applyMarkdown(APPLY);
    expect(text.startsWith('❌ **Apply of guide: failed, and nothing was put back**')).toBe(true);
    expect(text).toContain('- ❌ `cluster1` `40-kubemanager` `gate`: Deployment is not Available');
    expect(text).toContain('<details><summary>2 steps</summary>');
    expect(markdownFaults(text)).toEqual([]);
  });
});
