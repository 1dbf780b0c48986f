import { expect, test } from '@jest/globals';
import type { Plan, PlanCluster } from '../../../src/model/plan.ts';
import { PLAIN } from '../../../src/model/style.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { planText } from '../../../src/report/text/plan.ts';

const GROUP = 'core.contrail.juniper.net';

function planWith(limited?: PlanCluster['limited']): Plan {
  const cluster = { name: 'cluster1', role: 'central' as const, status: 'known' as const, requests: 1, changes: [] };
  const clusters = [{ ...cluster, ...(limited === undefined ? {} : { limited }) }];
  return { schemaVersion: 1, fleet: 'guide', digest: 'sha256:d', index: 'sha256:i', complete: true, clusters };
}

test.each<[string, { serverSideApply: boolean; dryRun: boolean }, RegExp, RegExp]>([
  [
    'no server-side apply',
    { serverSideApply: false, dryRun: true },
    /cluster1: the API of core.* written by PUT/,
    /knows no dry-run/,
  ],
  ['no dry-run', { serverSideApply: true, dryRun: false }, /core.contrail.juniper.net knows no dry-run/, /PUT/],
  ['neither', { serverSideApply: false, dryRun: false }, /written by PUT.*; it knows no dry-run/, /unknown/],
])('a plan says how an API with %s is written to', (_, abilities, says, not) => {
  const plan = planWith([{ group: GROUP, ...abilities }]);
  expect(planText(plan, [], PLAIN)).toMatch(says);
  expect(planText(plan, [], PLAIN)).not.toMatch(not);
  const markdown = planMarkdown(plan, []).replaceAll('\\', '');
  expect(markdown).toMatch(says);
});

test('and nothing where nothing is lacking', () => {
  expect(planText(planWith(), [], PLAIN)).not.toContain('API of');
  expect(planMarkdown(planWith(), [])).not.toContain('API of');
});
