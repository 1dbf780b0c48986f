import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Plan } from '../model/plan.ts';
import type { LastApply } from './place-in-order.ts';

/**
 * A warning (rule cluster) where the record of kinds in use cannot be read although the central cluster can: objects that have left `extra`
 * with the last of their kind would not be seen. Nothing for a central cluster that is unknown anyway.
 */
export function unseenExtra({ central }: Fleet, plan: Plan, last: LastApply): Finding[] {
  const known = plan.clusters.some(({ name, status }) => name === central.name && status === 'known');
  if (!('problem' in last) || !known) return [];
  return [
    {
      rule: 'cluster',
      severity: 'warning',
      cluster: central.name,
      message: `what is left of objects that were once under extra is not known: ${last.problem}`,
      remedy: 'Let the identity read Leases in namespace contrail, where the Lease of the fleet records their kinds.',
    },
  ];
}
