import { groupOf } from '../model/kubernetes.ts';
import type { Change } from '../model/plan.ts';
import { CENTRAL_KUBECONFIG_SECRET, CONFIGPLANE } from './names.ts';
import { kindRank } from './stages.ts';

/**
 * The steps in which a cluster leaves, each gated before the next: what uses the networks first, the kubemanager only when nothing is left
 * that it alone can clean up, the credentials last. This table and the ranks of kinds are all that orders a detach (derived: CN2's texts
 * know no order).
 */
export const DETACH_STEPS = [
  'extra',
  'routers',
  'networks',
  'namespaces',
  'vrouters',
  'certificates',
  'deployer',
  'vendor-namespaces',
  'kubemanager',
  'access',
] as const;
export type DetachStep = (typeof DETACH_STEPS)[number];

type Placed = Pick<Change, 'apiVersion' | 'kind' | 'name' | 'stage'>;

/** The step in which a detach deletes an object. */
export function detachStep({ apiVersion, kind, name, stage }: Placed): DetachStep {
  if (groupOf(apiVersion) === CONFIGPLANE && kind === 'Kubemanager') return 'kubemanager';
  switch (stage) {
    case '95-extra':
      return 'extra';
    case '90-routers':
      return 'routers';
    case '80-networks':
      return 'networks';
    case '70-namespaces':
      return 'namespaces';
    case '50-vrouter':
      return 'vrouters';
    case '30-certificates':
      return 'certificates';
    case '10-access':
      // It is in a namespace that goes, and the deployer alone reads it.
      return name === CENTRAL_KUBECONFIG_SECRET ? 'deployer' : 'access';
    default:
      return kind === 'Namespace' ? 'vendor-namespaces' : 'deployer';
  }
}

/** The place of a deletion within its cluster's detach, to be compared number by number. */
export function detachPlace(change: Placed): [step: number, rank: number] {
  const step = detachStep(change);
  // Whoever runs goes before what it runs with: the deployer before its rights.
  const rank = step === 'deployer' ? (change.kind === 'Deployment' ? 0 : 1) : -kindRank(change.stage, change.kind);
  return [DETACH_STEPS.indexOf(step), rank];
}
