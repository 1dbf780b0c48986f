import { expect, test } from '@jest/globals';
import type { AppliedRecord } from '../../../src/model/applied.ts';
import type { Change, Plan } from '../../../src/model/plan.ts';
import { approve } from '../../../src/plan/approval.ts';
import { withSerial } from '../../../src/plan/serial.ts';
import { approvalState } from '../../../src/survey/approval-state.ts';
import type { Planned } from '../../../src/survey/live-plan.ts';
import { change } from '../../support/report-documents.ts';
import { declaredFiles, meaningOf, PLAIN } from '../../support/trust-fleet.ts';

const { tree } = meaningOf(declaredFiles(PLAIN))!;
const { tree: other } = meaningOf(declaredFiles({ ...PLAIN, label: 2 }))!;
const CREATE = change({ name: 'ns1' });
const DELETE = change({ action: 'delete', uid: 'u9', kind: 'Subnet', namespace: 'ns1', name: 'gone', stage: '80-networks' });

/** The plan of now with these changes. */
function planOf(changes: Change[], serial = 3): Plan {
  const cluster = { status: 'known' as const, requests: 1 };
  const clusters = [
    { ...cluster, name: 'cluster1', uid: 'u1', role: 'central' as const, changes },
    { ...cluster, name: 'cluster2', uid: 'u2', role: 'distributed' as const, changes: [] },
  ];
  const meaning = { fleet: 'guide', index: tree.indexDigest, complete: true, clusters };
  return withSerial<Plan>({ schemaVersion: 1, digest: '', ...meaning }, serial);
}

/** rendered/ with a plan that approves these changes. */
function committed(changes: Change[], files = tree.files): Record<string, string> {
  return { ...files, 'plan.json': JSON.stringify(approve(planOf(changes), '1.0.0')) };
}

function state(files: Record<string, string>, now: Change[], more: Partial<Planned> = {}): string {
  const prepared = { declaration: {}, tree, vendorFiles: {}, committed: files, findings: [] } as unknown as Planned['prepared'];
  return approvalState({ prepared, plan: planOf(now), findings: [], conditions: [], offline: false, ...more });
}

/** What the central cluster remembers of the last apply. */
function applied(part: Partial<AppliedRecord>): AppliedRecord {
  const { digest, index } = planOf([CREATE]);
  return { serial: 3, plan: digest, index, at: '2026-11-24T08:00:00Z', finished: false, ...part };
}

test('nothing was rendered yet: none', () => {
  expect(state({}, [CREATE])).toBe('none');
});

test('what does not render has no state to compare with: none', () => {
  const { tree: _, ...prepared } = { tree, declaration: {}, vendorFiles: {}, committed: committed([CREATE]), findings: [] };
  expect(state(committed([CREATE]), [CREATE], { prepared: prepared as never })).toBe('none');
});

test('the declaration renders to something else, or a file is missing or edited: pending', () => {
  expect(state(committed([CREATE], other.files), [CREATE])).toBe('pending');
  const [path = ''] = Object.keys(tree.files).filter((each) => each.startsWith('cluster2/'));
  const { [path]: text, ...missing } = committed([CREATE]);
  expect(state(missing, [CREATE])).toBe('pending');
  expect(state({ ...missing, [path]: `${text}# edited\n` }, [CREATE])).toBe('pending');
});

test('what is to be done was approved and its turn is not over: approved, also where part of it is done', () => {
  expect(state(committed([CREATE, DELETE]), [CREATE, DELETE])).toBe('approved');
  expect(state(committed([CREATE, DELETE]), [DELETE])).toBe('approved');
  expect(state(committed([CREATE]), [CREATE], { record: applied({}) })).toBe('approved');
  expect(state(committed([CREATE]), [CREATE], { record: applied({ serial: 2, finished: true }) })).toBe('approved');
});

test('nothing is to be done and nothing to prove: nothing, whatever was applied since', () => {
  expect(state(committed([CREATE]), [])).toBe('nothing');
  expect(state(committed([CREATE]), [], { record: applied({ serial: 9, finished: true }) })).toBe('nothing');
});

test('nothing is to be done and something is left to prove: the approval goes on', () => {
  const record = applied({});
  expect(state(committed([CREATE]), [], { record, unproven: record.plan })).toBe('approved');
});

test.each<[string, Record<string, string>, Change[], Partial<Planned>]>([
  ['more is to be done than was approved', committed([CREATE]), [CREATE, DELETE], {}],
  ['plan.json is not there', { ...tree.files }, [CREATE], {}],
  ['plan.json is cut off', { ...tree.files, 'plan.json': '{"schemaVersion": 1' }, [CREATE], {}],
  [
    'plan.json has one more change than its digest says',
    {
      ...tree.files,
      'plan.json': JSON.stringify({ ...approve(planOf([CREATE, DELETE])), digest: approve(planOf([CREATE])).digest }),
    },
    [CREATE],
    {},
  ],
  [
    'plan.json belongs to other rendered files',
    { ...tree.files, 'plan.json': JSON.stringify({ ...approve(planOf([CREATE])), index: other.indexDigest }) },
    [CREATE],
    {},
  ],
  ['it was applied and proven', committed([CREATE]), [CREATE], { record: applied({ finished: true }) }],
  ['something newer was applied', committed([CREATE]), [CREATE], { record: applied({ serial: 4 }) }],
  ['another plan took its place', committed([CREATE]), [CREATE], { record: applied({ plan: 'sha256:other' }) }],
])('%s: moved', (_, files, now, more) => {
  expect(state(files, now, more)).toBe('moved');
});
