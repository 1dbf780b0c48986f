import type { RehearsalDocument } from '../../src/model/rehearse.ts';
import { APPLY, FINDINGS, PLAN, SMOKE } from './report-documents.ts';

const VN1 = { cluster: 'cluster1', network: 'ns1/vn1' };
const VN2 = { cluster: 'cluster2', network: 'ns1/vn2' };
const { smoke: _, ...applied } = APPLY;

/** A rehearsal with every case in it, for the tests of reports. */
export const REHEARSAL: RehearsalDocument = {
  schemaVersion: 1,
  fleet: 'guide',
  outcome: 'broken',
  reason: 'some paths could not be judged',
  emulated: true,
  from: { ref: 'main', commit: '0123456789abcdef0123456789abcdef01234567' },
  rehearsed: ['cluster1', 'cluster2'],
  leftOut: [{ cluster: 'cluster3', reason: '--max-clusters is 2' }],
  remarks: ['a *remark*'],
  took: [
    { part: 'bring the lab up', seconds: 61.2 },
    { part: 'apply the change', seconds: 30 },
  ],
  before: SMOKE,
  plan: PLAN,
  apply: applied,
  continuity: {
    from: '2026-01-01T12:00:00.000Z',
    to: '2026-01-01T12:01:00.000Z',
    intervalMs: 200,
    paths: [
      {
        ...{ source: VN1, target: VN2, family: 'v4', sent: 300 },
        interruptions: [
          { from: '2026-01-01T12:00:10.000Z', to: '2026-01-01T12:00:11.600Z', lost: 7, seconds: 1.4, planned: ['traffic'] },
          {
            from: '2026-01-01T12:00:30.000Z',
            to: '2026-01-01T12:01:00.000Z',
            lost: 149,
            seconds: 29.8,
            lasting: true,
            planned: [],
          },
        ],
        unmeasured: [],
      },
      {
        ...{ source: VN2, target: VN1, family: 'v4', sent: 10, interruptions: [] },
        unmeasured: [{ from: '2026-01-01T12:00:02.000Z', to: '2026-01-01T12:01:00.000Z', reason: 'the <connection> was closed' }],
      },
      { source: VN1, target: VN2, family: 'v6', sent: 300, interruptions: [], unmeasured: [] },
    ],
  },
  smoke: SMOKE,
  findings: FINDINGS,
};
