import { expect, test } from '@jest/globals';
import type { DriftDocument } from '../../../src/model/drift.ts';
import { type Forge, ForgeError, type IssueInput } from '../../../src/ports/forge.ts';
import { publishUnseen, type UnseenOptions } from '../../../src/publish/unseen.ts';
import { DRIFT } from '../../support/report-documents.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const hoursAgo = (hours: number) => new Date(NOON - hours * 3600_000).toISOString();
const ORIGIN = { order: { run: 7, attempt: 1 } } as Parameters<typeof publishUnseen>[0]['origin'];
const [CLUSTER] = DRIFT.clusters;

const judged = { ...CLUSTER!, name: 'cluster1', status: 'known' as const, changes: [] };
const unknown = { ...CLUSTER!, name: 'cluster2', status: 'unknown' as const, reason: 'connection refused', changes: [] };
const looked = (...clusters: DriftDocument['clusters']): DriftDocument => ({
  ...DRIFT,
  complete: clusters.every(({ status }) => status === 'known'),
  clusters,
});

/** A forge that keeps issues, with the time of the last good run. */
class Issues {
  readonly open = new Map<string, IssueInput>();
  readonly closed: [subject: string | undefined, text: string][] = [];
  asked = 0;
  readonly told: string[] = [];
  lastGood: string | ForgeError = hoursAgo(1000);

  async look(document: DriftDocument, more: Partial<UnseenOptions> = {}, origin = ORIGIN) {
    const forge = {
      issueNotes: async () => new Map([...this.open].map(([subject, { notes }]) => [subject, notes])),
      ensureIssue: async (issue: IssueInput) => {
        this.open.set(issue.marker.subject!, issue);
        return { operation: 'created' as const, id: 5, url: '' };
      },
      ensureIssueClosed: async ({ subject }: { subject?: string }, { body }: { body: string }) => {
        this.open.delete(subject!);
        this.closed.push([subject, body]);
        return undefined;
      },
      lastGoodRun: async () => {
        this.asked += 1;
        if (this.lastGood instanceof ForgeError) throw this.lastGood;
        return this.lastGood;
      },
    } as unknown as Forge;
    return await publishUnseen({ forge, origin }, document, { now: NOON, warn: (text) => void this.told.push(text), ...more });
  }
}

test('a cluster that no look could judge for longer than maxAge gets an issue, and one only', async () => {
  const issues = new Issues();
  issues.lastGood = hoursAgo(71);
  await issues.look(looked(judged, unknown));
  expect([...issues.open.keys()]).toEqual([]);
  issues.lastGood = hoursAgo(73);
  const { issues: numbers } = await issues.look(looked(judged, unknown), {
    attention: { labels: ['drift'], assignees: ['ann'] },
  });
  expect(numbers).toEqual([5]);
  expect([...issues.open.keys()]).toEqual(['cluster2']);
  const issue = issues.open.get('cluster2')!;
  expect(issue.title).toContain('cluster2');
  expect(issue.body).toContain('2026-11-27 11:00 UTC');
  expect(issue.body).toContain('connection refused');
  expect(issue.attention).toEqual({ labels: ['drift'], assignees: ['ann'] });
});

test('its own maxAge counts, and what its drift issue knows of a later look', async () => {
  const issues = new Issues();
  issues.lastGood = hoursAgo(30);
  await issues.look(looked(judged, unknown), { maxAge: '24h' });
  expect(issues.open.size).toBe(1);
  const other = new Issues();
  await other.look(looked(judged, { ...unknown, lastGoodLook: hoursAgo(5) }));
  expect(other.open.size).toBe(0);
});

test('since when stays what it said, also when GitHub has forgotten the run', async () => {
  const issues = new Issues();
  issues.lastGood = hoursAgo(100);
  await issues.look(looked(unknown));
  issues.lastGood = hoursAgo(10);
  await issues.look(looked({ ...unknown, reason: 'certificate has expired' }));
  expect(issues.open.get('cluster2')?.body).toContain('2026-11-26 08:00 UTC');
  expect(issues.open.get('cluster2')?.body).toContain('certificate has expired');
});

test('it is closed when a look can judge the cluster, and when the fleet is not about it any more', async () => {
  const issues = new Issues();
  await issues.look(looked(unknown));
  await issues.look(looked(judged, { ...judged, name: 'cluster2' }));
  expect(issues.closed).toEqual([['cluster2', expect.stringContaining('could be judged again')]]);
  await issues.look(looked(unknown));
  await issues.look({ ...looked(judged), complete: false });
  await issues.look({ ...looked(judged), only: ['cluster1'] });
  expect(issues.open.size).toBe(1);
  await issues.look(looked(judged));
  expect(issues.closed.at(-1)).toEqual(['cluster2', expect.stringContaining('is detached or no longer declared')]);
});

test('a cluster that is missed while another one is away has a time of its own', async () => {
  const issues = new Issues();
  await issues.look(looked(unknown));
  const other = { ...unknown, name: 'cluster3' };
  const after = (hours: number) => issues.look(looked(unknown, other), { now: NOON + hours * 3600_000 });
  await after(24);
  expect([...issues.open.keys()]).toEqual(['cluster2']);
  await after(90);
  expect([...issues.open.keys()]).toEqual(['cluster2']);
  await after(97);
  expect([...issues.open.keys()]).toEqual(['cluster2', 'cluster3']);
  expect(issues.open.get('cluster3')?.body).toContain('It has not been judged since 2026-12-01 12:00 UTC');
  expect(issues.open.get('cluster2')?.body).toContain('No look has judged every cluster of the fleet since');
});

test('where every cluster was judged nobody asks for runs', async () => {
  const issues = new Issues();
  await issues.look(looked(judged));
  expect(issues.asked).toBe(0);
});

test('a token that may not read runs is told, with what it lacks; outside a workflow there are none', async () => {
  const issues = new Issues();
  issues.lastGood = new ForgeError('the token may not read the runs of this workflow', {
    reason: 'forbidden',
    hint: 'give the job `actions: read`',
    permission: 'actions: read',
  });
  const { failures } = await issues.look(looked(unknown));
  expect(failures).toEqual([]);
  expect(issues.open.size).toBe(0);
  expect(issues.told).toEqual([expect.stringMatching(/may not read the runs of this workflow.*actions: read/)]);
  const local = new Issues();
  await local.look(looked(unknown), {}, { ...ORIGIN, order: { run: 0, attempt: 0 } });
  expect([local.asked, local.open.size]).toEqual([0, 0]);
  await local.look(looked({ ...unknown, lastGoodLook: hoursAgo(80) }), {}, { ...ORIGIN, order: { run: 0, attempt: 0 } });
  expect(local.open.size).toBe(1);
});
