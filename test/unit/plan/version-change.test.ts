import { describe, expect, test } from '@jest/globals';
import type { ApprovedPlan, Change, FieldChange, Plan } from '../../../src/model/plan.ts';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';

const MOVE: FieldChange = { path: '/apiVersion', before: 'dataplane.juniper.net/v1alpha1', after: 'dataplane.juniper.net/v1' };
const IMAGE: FieldChange = { path: '/spec/image', before: 'a', after: 'b' };

function plan(fields: FieldChange[], uid = 'uid'): Plan {
  const change: Change = {
    ...{ action: 'update', apiVersion: 'dataplane.juniper.net/v1', kind: 'Vrouter', namespace: 'contrail', name: 'masters', uid },
    ...{ for: 'cluster2', stage: '50-vrouter', predicted: true, fields },
  };
  const cluster = {
    name: 'cluster2',
    uid: 'cluster',
    role: 'distributed' as const,
    status: 'known' as const,
    requests: 0,
    changes: [change],
  };
  const meaning = { fleet: 'guide', index: 'sha256:i', complete: true, clusters: [cluster] };
  return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
}

function covers(approved: ApprovedPlan, now: Plan): string[] {
  const subset = isSubset(now, approved);
  return subset.ok ? [] : subset.texts;
}

describe('an approved move to another API version', () => {
  const approved = approve(plan([MOVE, IMAGE]));

  test('covers what converting makes of the other fields', () => {
    expect(covers(approved, plan([IMAGE]))).toEqual([]);
    expect(
      covers(
        approved,
        plan([
          { ...IMAGE, before: 'converted' },
          { path: '/spec/new', after: 1 },
        ]),
      ),
    ).toEqual([]);
  });

  test('covers no other object, and no manager that it does not name', () => {
    expect(covers(approved, plan([IMAGE], 'another'))).toHaveLength(1);
    expect(covers(approved, plan([{ ...IMAGE, conflictsWith: 'kubectl-edit' }]))).toEqual([
      'cluster2: Vrouter contrail/masters: /spec/image now belongs to kubectl-edit, which the approved plan does not name',
    ]);
    const named = approve(plan([MOVE, { ...IMAGE, conflictsWith: 'kubectl-edit' }]));
    expect(covers(named, plan([{ ...IMAGE, before: 'x', conflictsWith: 'kubectl-edit' }]))).toEqual([]);
  });

  test('is nothing that an approval without it covers', () => {
    const other = approve(plan([IMAGE]));
    expect(covers(other, plan([MOVE, IMAGE]))).toHaveLength(1);
    expect(covers(other, plan([{ ...IMAGE, before: 'converted' }]))).toHaveLength(1);
  });
});
