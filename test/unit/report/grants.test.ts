import { describe, expect, test } from '@jest/globals';
import type { Grant } from '../../../src/model/grant.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { vendorText } from '../../../src/report/grant-words.ts';
import { bytes } from '../../../src/report/markdown/budget.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planCommentMarkdown, planSummaryMarkdown } from '../../../src/report/markdown/plan-comment.ts';
import { proposalMarkdown } from '../../../src/report/markdown/proposal.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { renderedFaults } from '../../support/rendered-markdown.ts';
import { change, PLAN } from '../../support/report-documents.ts';

function planOf(...clusters: Change[][]): Plan {
  const [first] = PLAN.clusters;
  return {
    ...PLAN,
    complete: true,
    clusters: clusters.map((changes, at) => ({ ...first!, name: `cluster${at + 1}`, status: 'known', changes })),
  };
}

const SUBJECT: Grant = { what: 'subject', detail: 'Group system:masters (every right)' };
const IMAGE: Grant = { what: 'image', detail: 'h.io/x:1 (container c)' };
const binding = change({ kind: 'ClusterRoleBinding', name: 'b', grants: [SUBJECT, { what: 'role', detail: 'ClusterRole r' }] });
const pod = change({ kind: 'Pod', name: 'p', grants: [IMAGE] });

describe('the table of grants', () => {
  test('stands before the folds, the worst object first, its rows together', () => {
    for (const text of [
      planCommentMarkdown({ plan: planOf([pod, binding]), findings: [] }),
      planMarkdown(planOf([pod, binding]), []),
      proposalMarkdown({ plan: planOf([pod, binding]), findings: [] }),
    ]) {
      expect(text.slice(0, text.indexOf('<details>'))).toContain(
        [
          '| object | on | what | which |',
          '| --- | --- | --- | --- |',
          '| `+ create` `ClusterRoleBinding b` | `cluster1` | given to | `Group system:masters (every right)` |',
          '| `+ create` `ClusterRoleBinding b` | `cluster1` | gives | `ClusterRole r` |',
          '| `+ create` `Pod p` | `cluster1` | image | `h.io/x:1 (container c)` |',
          '',
        ].join('\n'),
      );
      expect([...markdownFaults(text), ...renderedFaults(text)]).toEqual([]);
    }
  });

  test('the same on many clusters is one row', () => {
    const text = planCommentMarkdown({ plan: planOf([pod], [pod], [pod], [pod], [pod]), findings: [] });
    expect(text.match(/`h\.io\/x:1/g)).toHaveLength(1);
    expect(text).toContain('| `cluster1`, `cluster2`, `cluster3`, and 2 more |');
  });

  test('of an update only what comes and goes, and each says which', () => {
    const grants: Grant[] = [IMAGE, { ...SUBJECT, mark: 'added' }, { what: 'hostPID', detail: 'the processes', mark: 'removed' }];
    const text = planCommentMarkdown({ plan: planOf([change({ action: 'update', grants })]), findings: [] });
    expect(text).toContain('| new: given to | `Group system:masters (every right)` |');
    expect(text).toContain('| no more: hostPID | `the processes` |');
    expect(text).not.toContain('h.io/x:1');
  });

  test('none where nothing is given away, and nothing of what is deleted', () => {
    const text = planCommentMarkdown({ plan: planOf([change(), change({ action: 'delete', grants: [SUBJECT] })]), findings: [] });
    expect(text).not.toContain('| object | on |');
  });

  test('many of one kind hide none of another', () => {
    const many = Array.from({ length: 2_000 }, (_, at): Grant => ({ what: 'subject', detail: `User ${at}` }));
    const grants: Grant[] = [...many, { what: 'privileged', detail: 'container c' }];
    const text = planCommentMarkdown({ plan: planOf([change({ grants })]), findings: [] });
    expect(text).toContain('`User 7`, and 1992 more |');
    expect(text).toContain('| privileged | `container c` |');
  });

  test('within the budget, with what is left out counted', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => change({ kind: 'Pod', name: `p${at}`, grants: [IMAGE, SUBJECT] }));
    const text = planCommentMarkdown({ plan: planOf(many), findings: [] });
    expect(bytes(text)).toBeLessThanOrEqual(60_000);
    expect(text).toMatch(/Not shown here because of its length: .*\d+ grants/);
    expect([...markdownFaults(text), ...renderedFaults(text)]).toEqual([]);
  });

  test.each([
    'a | b',
    '`',
    '```',
    '<img src=x onerror=alert(1)>',
    '@user #1',
    '](https://e.example)',
    '\n| x | y |',
    '\u202e',
    '</td>',
  ])('hostile text stays text: %j', (detail) => {
    const grants = (['subject', 'image', 'webhook'] as const).map((what): Grant => ({ what, detail }));
    const plan = { ...planOf([change({ grants })]), vendor: { asPublished: false, differs: [detail, `cn2/${detail}`] } };
    for (const text of [planCommentMarkdown({ plan, findings: [] }), planSummaryMarkdown({ plan, findings: [] })])
      expect([...markdownFaults(text), ...renderedFaults(text)]).toEqual([]);
    expect(planText(plan, [], PLAIN)).not.toMatch(/\u202e/);
    expect(
      planText(plan, [], PLAIN)
        .split('\n')
        .filter((line) => line.startsWith('| x')),
    ).toEqual([]);
  });
});

describe('in the terminal', () => {
  test('below their object, a line each', () => {
    const text = planText(planOf([binding]), [], PLAIN);
    expect(text).toContain(
      '    + create ClusterRoleBinding b\n        * given to: Group system:masters (every right)\n        * gives: ClusterRole r\n',
    );
  });

  test('marked for an update', () => {
    const text = planText(planOf([change({ action: 'update', grants: [{ ...IMAGE, mark: 'added' }] })]), [], PLAIN);
    expect(text).toContain('        * new: image: h.io/x:1 (container c)\n');
  });
});

describe('the vendor’s files', () => {
  const published = { asPublished: true, differs: [] };
  const edited = { asPublished: false, differs: ['cn2/a.yaml', 'cn2/b.yaml'] };

  test('as published, or which are not', () => {
    expect(vendorText(published)).toBe('as published by Juniper');
    expect(vendorText(edited)).toBe('not as published by Juniper: cn2/a.yaml and cn2/b.yaml');
    expect(vendorText({ asPublished: false, differs: Array.from({ length: 7 }, (_, at) => `${at}`) })).toBe(
      'not as published by Juniper: 0, 1, 2, 3, 4 and 2 more files',
    );
  });

  test('is in every report of a plan', () => {
    const plan = { ...planOf([pod]), vendor: edited };
    const line = '⚠️ Vendor files not as published by Juniper: cn2/a.yaml and cn2/b.yaml.';
    expect(planText(plan, [], PLAIN)).toContain('Vendor files not as published by Juniper: cn2/a.yaml and cn2/b.yaml.');
    expect(planMarkdown(plan, [])).toContain(line);
    expect(planCommentMarkdown({ plan, findings: [] })).toContain(line);
    expect(proposalMarkdown({ plan, findings: [] })).toContain(line);
    expect(planMarkdown({ ...plan, vendor: published }, [])).toContain('\nVendor files as published by Juniper.\n');
    expect(planMarkdown(planOf([pod]), [])).not.toContain('Vendor files');
  });
});
