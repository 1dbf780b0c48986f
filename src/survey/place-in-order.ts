import { type LeaseState, readLeaseState } from '../apply/applied.ts';
import { APPLIED_ANNOTATION } from '../cn2/names.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';
import { parseApproved } from '../plan/approved.ts';
import { type KindsInUse, NO_KINDS } from '../plan/kinds-in-use.ts';
import { placedInOrder } from '../plan/serial.ts';
import { ClusterError } from '../ports/cluster.ts';
import { PLAN_FILE } from '../render/tree.ts';
import type { Session } from './session.ts';

/** What the central cluster says of the last apply, or why that is not known. */
export type LastApply = LeaseState | { problem: string };

/** Reads it; nothing is known of a central cluster without a connection, which its own findings say. Never throws for a cluster. */
export async function lastApply(session: Session, fleet: Fleet): Promise<LastApply> {
  const central = session.clusters.get(fleet.central.name);
  if (central === undefined) return {};
  try {
    return await readLeaseState(central, fleet.metadata.name);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { problem: error.message };
  }
}

/** The kinds in use that it records; none where they are not known, which is said otherwise. */
export function kindsOf(last: LastApply): KindsInUse {
  return 'problem' in last ? NO_KINDS : (last.kinds ?? NO_KINDS);
}

/**
 * A plan with its place in the order of applies, after what was approved last (the plan committed below rendered/) and applied last.
 * A plan that nobody can approve (incomplete) gets none; one that is not known to be the next gets a finding instead.
 */
export function placeInOrder(
  plan: Plan,
  last: LastApply,
  { committed, fleet, source }: { committed: Readonly<Record<string, string>>; fleet: Fleet; source: SourceMap },
): { plan: Plan; findings: Finding[] } {
  if (!plan.complete) return { plan, findings: [] };
  const unplaced = (message: string, remedy: string) => ({
    plan,
    findings: [unplacedFinding(fleet, source, message, remedy)],
  });
  if ('problem' in last) return unplaced(last.problem, READABLE);
  const base = parseApproved(committed[PLAN_FILE]);
  const placed = placedInOrder(plan, base, last.record);
  if (placed !== undefined) return { plan: placed, findings: [] };
  const none = (serial: number | undefined) => `no serial is left after ${serial}`;
  return (base?.serial ?? 0) > (last.record?.serial ?? 0)
    ? unplaced(`${PLAN_FILE}: ${none(base?.serial)}`, `Remove ${PLAN_FILE} from the rendered folder and propose again.`)
    : unplaced(
        `${fleet.central.name}: ${none(last.record?.serial)}, which the Lease of the fleet records for the last apply`,
        ANEW,
      );
}

const READABLE =
  'A plan has a place after the last apply, which the Lease of the fleet in namespace contrail records: let the identity read Leases there, and keep the record readable.';
const ANEW = `Remove annotation ${APPLIED_ANNOTATION} from that Lease in namespace contrail, and ${PLAN_FILE} from the rendered folder, and propose again: the order of applies starts again.`;

function unplacedFinding({ central }: Fleet, source: SourceMap, message: string, remedy: string): Finding {
  const place = source.valueAt('/central/kubeconfig');
  return {
    rule: 'cluster',
    severity: 'error',
    cluster: central.name,
    ...(place === undefined ? {} : { file: source.file, ...place }),
    message,
    remedy,
  };
}
