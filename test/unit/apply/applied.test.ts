import { expect, test } from '@jest/globals';
import { appliedRecord, readLeaseState } from '../../../src/apply/applied.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { takeLock } from '../../support/lock.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';

const RECORD = { serial: 3, plan: 'sha256:p', index: 'sha256:i', commit: 'abc', at: '2026-01-01T00:00:00Z', finished: false };

function leaseWith(text: string) {
  const metadata = { name: 'cn2-fleet-guide', namespace: 'contrail', annotations: { 'cn2-fleet/applied': text } };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata };
}

test('a fleet without a Lease has no record', async () => {
  expect(await readLeaseState(memoryCn2().central, 'guide')).toEqual({});
});

test('what was begun and what was proven is there for the next run', async () => {
  const { central } = memoryCn2();
  const clock = new FakeClock();
  const lock = await takeLock(central, clock, { holder: 'one' });
  expect(lock.applied()).toBeUndefined();
  await lock.markUnproven('sha256:p', RECORD);
  expect(await readLeaseState(central, 'guide')).toEqual({ record: RECORD, unproven: 'sha256:p' });
  const writes = central.writes().length;
  await lock.markUnproven('sha256:p', RECORD);
  expect(central.writes()).toHaveLength(writes);
  await lock.endProven({ ...RECORD, finished: true });
  await lock.release();
  expect(await readLeaseState(central, 'guide')).toEqual({ record: { ...RECORD, finished: true } });
  const next = await takeLock(central, clock, { holder: 'two' });
  expect(next.applied()).toEqual({ ...RECORD, finished: true });
  await next.release();
});

test.each([
  ['no JSON', '{"serial": 3'],
  ['nothing', 'null'],
  ['a list', '[]'],
  ['no serial', JSON.stringify({ ...RECORD, serial: undefined })],
  ['a serial that is none', JSON.stringify({ ...RECORD, serial: 0 })],
  ['a serial beyond exact numbers', JSON.stringify({ ...RECORD, serial: Number.MAX_SAFE_INTEGER })],
  ['a serial as text', JSON.stringify({ ...RECORD, serial: '3' })],
  ['no end', JSON.stringify({ ...RECORD, finished: 'yes' })],
  ['no time', JSON.stringify({ ...RECORD, at: 5 })],
])('%s: what was applied last is not known', (_, text) => {
  expect(() => appliedRecord(leaseWith(text), 'cluster1')).toThrow(
    /cluster1: annotation cn2-fleet\/applied of Lease contrail\/cn2-fleet-guide cannot be read/,
  );
});
