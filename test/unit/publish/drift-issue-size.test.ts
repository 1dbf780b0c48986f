import { expect, test } from '@jest/globals';
import { written } from '../../../src/adapters/github/kept-text.ts';
import type { DriftChange, DriftDocument } from '../../../src/model/drift.ts';
import type { Forge } from '../../../src/ports/forge.ts';
import { publishDrift } from '../../../src/publish/drift.ts';
import { byWriter } from '../../../src/report/drift-groups.ts';

const DAY = 24 * 3600_000;
const START = Date.UTC(2026, 0, 1);

function change(index: number): DriftChange {
  return {
    action: 'update',
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    namespace: 'n',
    name: `x${index}`,
    for: 'c1',
    fields: [{ path: '/spec/a', before: 'b', after: 'c' }],
    kindOfDrift: 'changed',
    manager: null,
    since: null,
    writers: [{ manager: 'kubectl-edit', operation: 'Update', time: null, fields: [] }],
    fingerprint: `sha256:${index.toString(16).padStart(12, '0')}${'0'.repeat(52)}`,
  } as unknown as DriftChange;
}

test('thousands of changes, each first seen on another day, fit into an issue with what is noted of them', async () => {
  const changes = Array.from({ length: 3_000 }, (_, index) => change(index));
  const document = (count: number) =>
    ({
      fleet: 'f',
      proposalPending: false,
      clusters: [{ name: 'c1', role: 'central', status: 'known', changes: changes.slice(0, count) }],
      findings: [],
    }) as unknown as DriftDocument & { findings: [] };
  let kept = new Map<string, unknown>();
  let longest = 0;
  const forge = {
    issueNotes: async () => kept,
    ensureIssue: async (input: Parameters<Forge['ensureIssue']>[0]) => {
      const { title, notes } = input;
      longest = Math.max(longest, written(input, { title, ...(notes === undefined ? {} : { notes }) }).text.length);
      kept = new Map([['c1', JSON.parse(JSON.stringify(notes))]]);
      return { operation: 'updated' as const, id: 1, url: '' };
    },
  } as unknown as Forge;
  const origin = {} as Parameters<typeof publishDrift>[0]['origin'];
  for (const day of [...Array(250).keys(), 3_000]) {
    const { failures } = await publishDrift({ forge, origin }, document(day + 1), START + Math.min(day, 250) * DAY);
    expect(failures).toEqual([]);
  }
  expect(longest).toBeGreaterThan(55_000);
  expect(longest).toBeLessThan(65_536);
});

test('what a server calls an operation moves no cursor', () => {
  const operation = 'Up\u001b[2Jdate\nx' as 'Update';
  const [group] = byWriter([{ ...change(0), writers: [{ manager: 'm', operation, time: null, fields: [] }] }]);
  expect(group?.who).toBe('by m (Up\\u001b[2Jdate\\nx)');
});
