import { ENVIRONMENT_VARIABLE } from '../declare/text-forms.ts';
import { reachedClusters } from '../model/detached.ts';
import type { CredentialRef, Fleet } from '../model/fleet.ts';
import type { NeededCredential } from '../model/init.ts';

/** Every credential that a declaration refers to, each once, in the order in which it first is there. */
export function neededCredentials(fleet: Fleet): NeededCredential[] {
  const needed = new Map<string, NeededCredential>();
  const need = (ref: CredentialRef | undefined, what: string): void => {
    if (ref === undefined) return;
    const [name, secret] = 'env' in ref ? [ref.env, secretName(ref.env)] : [ref.file, undefined];
    // What is not a name has a finding of its own, and does not become a line of a workflow.
    if (name === '' || (secret !== undefined && !ENVIRONMENT_VARIABLE.pattern.test(name))) return;
    const key = JSON.stringify([name, secret === undefined]);
    const known = needed.get(key);
    if (known === undefined) needed.set(key, { name, ...(secret === undefined ? {} : { secret }), for: [what] });
    else if (!known.for.includes(what)) known.for.push(what);
  };
  need(fleet.release.pullSecret, 'pull secret (docker config JSON)');
  for (const cluster of [fleet.central, ...reachedClusters(fleet)]) {
    need(cluster.kubeconfig, `kubeconfig of ${cluster.name}`);
    need(cluster.handover, `kubeconfig of ${cluster.name} that is handed over`);
    if ('pullSecret' in cluster) need(cluster.pullSecret, `pull secret of ${cluster.name}`);
  }
  return [...needed.values()];
}

/** The secret for a variable: the same name, but for a prefix that GitHub keeps to itself. */
function secretName(variable: string): string {
  return /^github_/i.test(variable) ? `CN2_${variable}` : variable;
}
