import { describe, expect, test } from '@jest/globals';
import { memoryOf, notesOf, remembered, withMemories } from '../../../src/publish/drift-memory.ts';
import { DRIFT } from '../../support/report-documents.ts';

const [CLUSTER] = DRIFT.clusters;
const CHANGES = CLUSTER!.changes
  .map((change, index) => ({ ...change, fingerprint: `sha256:${String(index).padStart(64, '0')}` }))
  .map((change, index) => ({ ...change, fingerprint: `sha256:${'abcdef'[index]}${change.fingerprint.slice(8)}` }));
const NOON = Date.parse('2026-11-30T12:00:00Z');
const HOUR = 3600_000;
const text = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;

test('what is found for the first time is seen now; what was there keeps its time, also through the notes', () => {
  const first = remembered(undefined, CHANGES.slice(0, 2), NOON);
  const second = remembered(memoryOf(notesOf(first), NOON + 24 * HOUR), CHANGES.slice(1, 3), NOON + 24 * HOUR);
  expect([...second.firstSeen.values()]).toEqual([text(NOON), text(NOON + 24 * HOUR)]);
  expect(second.lookedAt).toBe(text(NOON + 24 * HOUR));
});

test('the same look again within half a day is the same memory', () => {
  const first = notesOf(remembered(undefined, CHANGES, NOON));
  expect(notesOf(remembered(memoryOf(first, NOON + 11 * HOUR), CHANGES, NOON + 11 * HOUR))).toEqual(first);
  expect(notesOf(remembered(memoryOf(first, NOON + 13 * HOUR), CHANGES, NOON + 13 * HOUR))).not.toEqual(first);
});

test('a narrowed look forgets nothing of what it did not look at', () => {
  const before = remembered(undefined, CHANGES, NOON);
  const after = remembered(before, CHANGES.slice(0, 1), NOON + 24 * HOUR, true);
  expect(new Map(after.firstSeen)).toEqual(before.firstSeen);
  expect(remembered(before, CHANGES.slice(0, 1), NOON + 24 * HOUR).firstSeen.size).toBe(1);
  // Edited notes hold what they like.
  const forged = memoryOf(
    { looked: text(NOON), seen: { [text(NOON)]: Array.from({ length: 900 }, (_, n) => `${n}`.padStart(12, 'x')) } },
    NOON,
  );
  expect(remembered(forged, CHANGES.slice(0, 1), NOON, true).firstSeen.size).toBeLessThanOrEqual(200);
});

test('what waits for its apply is not seen as drift yet', () => {
  const awaiting = CHANGES.map((change) => ({ ...change, awaitingApply: true as const }));
  expect(remembered(undefined, awaiting, NOON).firstSeen.size).toBe(0);
});

test('a thousand changes fit: the first are kept', () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    ...CHANGES[0]!,
    fingerprint: `sha256:${index.toString(16).padStart(12, '0')}${'0'.repeat(52)}`,
  }));
  expect(JSON.stringify(notesOf(remembered(undefined, many, NOON))).length).toBeLessThan(4000);
});

describe('notes that people have edited', () => {
  test.each([undefined, null, 'text', {}, { looked: 5 }, { looked: 'yesterday' }, { looked: '2026-12-30T12:00:00Z', seen: {} }])(
    'are no memory: %j',
    (notes) => expect(memoryOf(notes, NOON)).toBeUndefined(),
  );

  test('count as far as they make sense', () => {
    const notes = {
      looked: text(NOON),
      seen: {
        [text(NOON)]: ['0123456789ab', 5, 'short'],
        '2027-01-01T00:00:00Z': ['ba9876543210'],
        __proto__: ['x'],
        [text(NOON - 1)]: 'x',
      },
    };
    expect(memoryOf(notes, NOON)).toEqual({ lookedAt: text(NOON), firstSeen: new Map([['0123456789ab', text(NOON)]]) });
  });
});

test('the document says since when each drift is there, and when a cluster was judged that is not judged now', () => {
  const clusters = [{ ...CLUSTER!, changes: CHANGES }, DRIFT.clusters[1]!];
  const memory = remembered(undefined, CHANGES.slice(0, 1), NOON);
  const memories = new Map([
    ['cluster1', memory],
    ['cluster2', { lookedAt: text(NOON - HOUR), firstSeen: new Map() }],
  ]);
  const [one, two] = withMemories({ ...DRIFT, clusters }, memories).clusters;
  expect(one!.changes.map(({ firstSeen }) => firstSeen)).toEqual([text(NOON), ...CHANGES.slice(1).map(() => undefined)]);
  expect([one!.lastGoodLook, two!.lastGoodLook]).toEqual([undefined, text(NOON - HOUR)]);
});
