import type { Condition } from '../model/outcome.ts';
import type { ApprovedPlan } from '../model/plan.ts';

export type Approval = { status: 'approved'; plan: ApprovedPlan } | { status: 'refused'; condition: Condition; reason: string };

/** Reads the approved plan and binds it to the rendered files: another index is another approval. */
export function readApproved(text: string | undefined, indexDigest: string, shownPath: string): Approval {
  if (text === undefined) {
    return refused('rule-broken', `${shownPath} does not exist: nothing was approved (cn2-fleet plan --out writes it)`);
  }
  const plan = parseApproved(text);
  if (plan === undefined) return refused('not-approved', `${shownPath} is not an approved plan: it was edited or truncated`);
  if (plan.index !== indexDigest) {
    return refused(
      'not-approved',
      `${shownPath} belongs to rendered files other than the present ones: plan again and have it approved`,
    );
  }
  return { status: 'approved', plan };
}

function refused(condition: Condition, reason: string): Approval {
  return { status: 'refused', condition, reason };
}

/** What has the shape of an approved plan; undefined for anything else. Whether it is valid, its digest says. */
export function parseApproved(text: string | undefined): ApprovedPlan | undefined {
  try {
    const plan: unknown = JSON.parse(text ?? 'null');
    return isPlan(plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it has the shape that comparing needs; the digest decides whether the content is what was approved. */
function isPlan(value: unknown): value is ApprovedPlan {
  return (
    isMapping(value) &&
    value['schemaVersion'] === 1 &&
    typeof value['fleet'] === 'string' &&
    typeof value['digest'] === 'string' &&
    typeof value['index'] === 'string' &&
    ['number', 'undefined'].includes(typeof value['serial']) &&
    everyMapping(
      value['clusters'],
      (cluster) =>
        typeof cluster['name'] === 'string' &&
        ['string', 'undefined'].includes(typeof cluster['uid']) &&
        (cluster['notCompared'] === undefined ||
          everyMapping(cluster['notCompared'], (one) => typeof one['name'] === 'string')) &&
        (cluster['limited'] === undefined || everyMapping(cluster['limited'], (one) => typeof one['group'] === 'string')) &&
        everyMapping(
          cluster['changes'],
          (change) =>
            ['action', 'apiVersion', 'kind', 'name'].every((key) => typeof change[key] === 'string') &&
            everyMapping(change['fields'], (field) => typeof field['path'] === 'string'),
        ),
    )
  );
}

function everyMapping(value: unknown, holds: (item: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isMapping(item) && holds(item));
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
