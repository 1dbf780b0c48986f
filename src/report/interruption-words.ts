import { INTERRUPTIONS, type Interruption } from '../model/interruption.ts';
import type { Change, Plan } from '../model/plan.ts';
import { counted, listed } from './words.ts';

const WORDS: Readonly<Record<Interruption, string>> = {
  detach: 'the cluster is detached: nobody drives its networks any more',
  content: 'everything in the namespace is deleted with it',
  unplugged: 'the vRouters go: pods of their nodes lose their network',
  replacement: 'the object is recreated',
  vrouter: 'vRouters restart: pods of their nodes have no traffic until they are back',
  traffic: 'traffic between networks is cut or moved',
  kubemanager: 'the kubemanager restarts: pods and networks wait for it',
  dns: 'CoreDNS and other pods restart',
};

/** What a change interrupts, for a person; undefined: nothing. */
export function interruptionText({ disrupts = [] }: Pick<Change, 'disrupts'>): string | undefined {
  return disrupts.length === 0 ? undefined : listed(disrupts.map(({ what }) => WORDS[what]));
}

/** The disruptive changes of a plan with their clusters, the worst first; apart from that the order of the plan. */
export function disruptiveChanges(plan: Pick<Plan, 'clusters'>): { cluster: string; change: Change }[] {
  const rank = ({ change }: { change: Change }) => INTERRUPTIONS.indexOf(change.disrupts![0]!.what);
  return plan.clusters
    .flatMap(({ name, changes }) => changes.map((change) => ({ cluster: name, change })))
    .filter(({ change }) => change.disrupts !== undefined)
    .sort((a, b) => rank(a) - rank(b));
}

/** The heading of the list: how many, and whether the declaration lets them pass. */
export function disruptionHeading(plan: Pick<Plan, 'clusters' | 'policy'>): string {
  const many = counted(disruptiveChanges(plan).length, 'disruptive change');
  if (plan.policy === undefined) return many;
  return `${many} (policy.disruptive: ${plan.policy.disruptive})`;
}
