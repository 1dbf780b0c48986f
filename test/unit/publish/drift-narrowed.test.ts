import { expect, test } from '@jest/globals';
import type { Forge } from '../../../src/ports/forge.ts';
import { publishDrift } from '../../../src/publish/drift.ts';
import { DRIFT } from '../../support/report-documents.ts';

type Issue = Parameters<Forge['ensureIssue']>[0];
type Look = Parameters<typeof publishDrift>[1];

const NOON = Date.UTC(2026, 10, 30, 12);
const ORIGIN = {} as Parameters<typeof publishDrift>[0]['origin'];
const [DIFFERING] = DRIFT.clusters.filter(({ changes }) => changes.length > 1);
const CLUSTER = {
  ...DIFFERING!,
  changes: DIFFERING!.changes.map((change, index) => ({ ...change, fingerprint: `sha256:${`${index}`.repeat(64)}` })),
};

/** A look at the cluster that found its changes from `from` to `to`. */
function look(from: number, to: number, more: Partial<Look> = {}): Look {
  return { ...DRIFT, findings: [], clusters: [{ ...CLUSTER, changes: CLUSTER.changes.slice(from, to) }], ...more };
}

/** The texts that an issue had, one for each time that it was written. */
async function written(...looks: Look[]): Promise<string[]> {
  const texts: string[] = [];
  let notes: unknown;
  const forge = {
    issueNotes: async () => new Map(notes === undefined ? [] : [[CLUSTER.name, notes]]),
    ensureIssue: async (issue: Issue) => {
      texts.push(issue.body);
      notes = issue.notes;
      return { operation: 'updated' as const, id: 1, url: '' };
    },
    ensureIssueClosed: async () => {
      texts.push('closed');
      return undefined;
    },
  } as unknown as Forge;
  for (const [hours, each] of looks.entries()) await publishDrift({ forge, origin: ORIGIN }, each, NOON + hours * 3600_000);
  return texts;
}

test('a narrowed look that finds what an earlier one found leaves the issue with all that it lists', async () => {
  expect(CLUSTER.changes.length).toBeGreaterThan(1);
  const texts = await written(look(0, 9), look(0, 1, { only: [CLUSTER.name] }));
  expect(texts).toHaveLength(1);
});

test('a narrowed look that finds something new writes it, and says that it did not see everything', async () => {
  const [whole, narrowed, after] = await written(look(0, 1), look(1, 2, { only: [CLUSTER.name] }), look(0, 9));
  const words = 'only a part of the cluster was looked at';
  expect(narrowed).toContain(words);
  expect(whole).not.toContain(words);
  expect(after).not.toContain(words);
});

test('a narrowed look opens an issue where there was none', async () => {
  expect(await written(look(0, 1, { only: [CLUSTER.name] }))).toHaveLength(1);
});

test('an issue is not closed by a look that could not tell what else there is', async () => {
  const message = 'what is left of objects that were once under extra is not known: …';
  const unseen = { rule: 'cluster', severity: 'warning' as const, message, remedy: '…' };
  const [, ...after] = await written(look(0, 1), look(0, 0, { findings: [unseen] }));
  expect(after).toEqual([]);
  const [, closed] = await written(look(0, 1), look(0, 0));
  expect(closed).toBe('closed');
});

test('the issue of a cluster that a look at the whole fleet is not about any more ends', async () => {
  const closed: [subject: string | undefined, text: string][] = [];
  const forge = {
    issueNotes: async () =>
      new Map<string, unknown>([
        [CLUSTER.name, undefined],
        ['left', undefined],
      ]),
    ensureIssue: async () => ({ operation: 'unchanged' as const, id: 1, url: '' }),
    ensureIssueClosed: async ({ subject }: { subject?: string }, { body }: { body: string }) => {
      closed.push([subject, body]);
      return undefined;
    },
  } as unknown as Forge;
  const seen = look(0, 1, { complete: true });
  for (const each of [
    { ...seen, only: [CLUSTER.name] },
    { ...seen, complete: false },
  ])
    await publishDrift({ forge, origin: ORIGIN }, each, NOON);
  expect(closed).toEqual([]);
  await publishDrift({ forge, origin: ORIGIN }, seen, NOON);
  expect(closed).toEqual([['left', expect.stringContaining('is detached or no longer declared')]]);
});
