import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { driftDocument } from '../../src/drift/classify.ts';
import type { CheckOutput } from '../../src/model/forge.ts';
import type { Change, Plan } from '../../src/model/plan.ts';
import { applyStatus } from '../../src/report/apply-status.ts';
import { planCheck } from '../../src/report/github/check.ts';
import { applyBeginMarkdown, applyCommentMarkdown } from '../../src/report/markdown/apply-comment.ts';
import { bytes } from '../../src/report/markdown/budget.ts';
import { driftMarkdown } from '../../src/report/markdown/drift.ts';
import { driftClosedMarkdown, driftIssueMarkdown, driftIssueTitle } from '../../src/report/markdown/drift-issue.ts';
import { type PlanReport, planCommentMarkdown, planSummaryMarkdown } from '../../src/report/markdown/plan-comment.ts';
import { proposalMarkdown } from '../../src/report/markdown/proposal.ts';
import { proposalTitle } from '../../src/report/proposal-title.ts';
import { markdownFaults } from '../support/github-markdown.ts';
import { hostileApply, hostileFindings, hostilePlan } from '../support/hostile-documents.ts';
import { renderedFaults } from '../support/rendered-markdown.ts';
import { change, FINDINGS, PLAN } from '../support/report-documents.ts';

/** Control characters, overrides of direction and halves of characters have no place in what a forge takes as plain text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Whole and harmless, and below a limit in bytes, which are never fewer than UTF-16 units. */
function expectSound(text: string, limit: number): void {
  expect([...markdownFaults(text), ...renderedFaults(text)]).toEqual([]);
  expect(text.isWellFormed()).toBe(true);
  expect(bytes(text)).toBeLessThanOrEqual(limit);
  expect(text.length).toBeLessThanOrEqual(limit);
}

function expectPlain(text: string, units: number): void {
  expect(text).not.toMatch(UNPRINTABLE);
  expect(text).not.toMatch(/(^|\W)@\w|#\d|GH-\d|:\/\//i);
  expect(text.length).toBeLessThanOrEqual(units);
  expect(text.trim()).not.toBe('');
}

/** What is wrong with a note of a check; one list for all of them: there are many, and each expectation costs time. */
function annotationFaults({ path, line, title, message }: CheckOutput['annotations'][number]): string[] {
  const faults: string[] = [];
  if (!/^[^/\n]/.test(path) || path.split('/').includes('..')) faults.push(`path: ${path}`);
  if (!(line >= 1)) faults.push(`line: ${line}`);
  if (!(title.length <= 255)) faults.push(`long title: ${title}`);
  if (!(bytes(message) < 65_536)) faults.push(`long message: ${message}`);
  if (UNPRINTABLE.test(`${title}${message.replaceAll('\n', '')}`)) faults.push(`unprintable: ${title}: ${message}`);
  return faults;
}

function expectCheck({ title, summary, annotations }: CheckOutput): void {
  expectPlain(title, 255);
  expectSound(summary, 65_535);
  expect(annotations.length).toBeLessThanOrEqual(1_000);
  expect(annotations.flatMap(annotationFaults)).toEqual([]);
}

function expectPlanReports(report: PlanReport): void {
  const { plan, findings, fleet } = report;
  expectSound(proposalMarkdown({ ...report, note: 'Runs on it do not start by themselves.' }), 64_000);
  expectPlain(proposalTitle(plan, fleet), 120);
  const comment = planCommentMarkdown(report);
  const summary = planSummaryMarkdown(report);
  expectSound(comment, 60_000);
  // Mostly the very same text.
  if (summary !== comment) expectSound(summary, 1_000_000);
  expectCheck(planCheck(plan, findings).output);
}

describe('1,000 plans with hostile names, values and findings', () => {
  test('proposal, plan comment, summary and check', () => {
    const states = fc.constantFrom(undefined, 'none', 'pending', 'nothing', 'approved', 'moved');
    fc.assert(
      fc.property(hostilePlan, hostileFindings, states, ({ plan, fleet }, findings, state) => {
        expectPlanReports({ plan, findings, fleet, ...(state === undefined ? {} : { state: state as 'none' }) });
      }),
      { numRuns: 1_000 },
    );
  });

  test('drift and its issues', () => {
    fc.assert(
      fc.property(hostilePlan, hostileFindings, fc.boolean(), ({ plan }, findings, proposalPending) => {
        const document = driftDocument({ plan, proposalPending });
        expectSound(driftMarkdown({ ...document, findings }), 60_000);
        for (const { name } of document.clusters) {
          expectPlain(driftIssueTitle(document.fleet, name), 256);
          expectSound(driftIssueMarkdown(document, name), 60_000);
          expectSound(driftClosedMarkdown(document, name), 60_000);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('results of an apply', () => {
    fc.assert(
      fc.property(hostileApply, hostileFindings, ({ document, conditions }, findings) => {
        expectSound(applyCommentMarkdown({ ...document, findings }, conditions), 60_000);
        expectSound(applyBeginMarkdown(document.fleet), 60_000);
        expectPlain(applyStatus(document, conditions).description, 140);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** About 5 MB of fields in as many objects as are asked for. */
function bigPlan(objects: number, action: Change['action']): Plan {
  const value = '```@user <!-- | `\u202e'.repeat(Math.ceil(5_000_000 / objects / 100));
  const changes = Array.from({ length: objects }, (_, at) =>
    change({
      action,
      name: `o${at}`,
      fields: Array.from({ length: 5 }, (_, field) => ({ path: `/data/${field}`, before: value, after: `${value}x` })),
    }),
  );
  return { ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes }] };
}

describe('plans of 5 MB', () => {
  test.each([
    [1, 'update'],
    [100, 'update'],
    [10_000, 'update'],
    [10_000, 'delete'],
    [50_000, 'create'],
  ] as const)('%i objects to %s', (objects, action) => {
    const plan = bigPlan(objects, action);
    // Of the processor: how busy the machine is otherwise says nothing about the code.
    const seconds = (work: () => string) => {
      const started = process.cpuUsage();
      const text = work();
      const { user, system } = process.cpuUsage(started);
      return { text, seconds: (user + system) / 1e6 };
    };
    const comment = seconds(() => planCommentMarkdown({ plan, findings: FINDINGS }));
    const summary = seconds(() => planSummaryMarkdown({ plan, findings: FINDINGS }));
    expect(comment.seconds).toBeLessThan(1);
    expect(summary.seconds).toBeLessThan(2);
    expectSound(comment.text, 60_000);
    expectSound(summary.text, 1_000_000);
    expectSound(proposalMarkdown({ plan, findings: FINDINGS }), 64_000);
    expectSound(driftIssueMarkdown(driftDocument({ plan, proposalPending: false }), 'cluster1'), 60_000);
    expectCheck(planCheck(plan, FINDINGS).output);
  });
});
