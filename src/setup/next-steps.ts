import type { NeededCredential } from '../model/init.ts';
import { PLACEHOLDER } from './first-declaration.ts';
import { inFleet } from './fleet-workflows.ts';

export interface SetupFacts {
  /** As the user names them. */
  shownFile: string;
  shownManifests: string;
  fleet: string;
  /** The fleet, where the names of its workflows carry it. */
  called?: string;
  /** The declaration has just been written. */
  first: boolean;
  /** Errors that need no cluster and no manifests. */
  errors: number;
  manifestsThere: boolean;
  credentials: readonly NeededCredential[];
  /** Where the clusters are reached with the identities of deploy/: those whose entries say nothing of what CN2 is given. */
  withoutHandover?: readonly string[];
}

/** What is left to do by hand, in the order in which it has to be done. */
export function nextSteps(facts: SetupFacts): string[] {
  const flag = facts.shownFile === 'clusters.yaml' ? '' : ` -f ${facts.shownFile}`;
  const check = facts.called === undefined ? 'cn2-fleet plan' : inFleet('cn2-fleet plan', facts.called);
  const steps: string[] = [];
  if (!facts.manifestsThere)
    steps.push(`Put the vendor's example manifests of your release into ${facts.shownManifests}/, as downloaded.`);
  if (facts.first)
    steps.push(`Replace every ${PLACEHOLDER} in ${facts.shownFile}: cn2-fleet validate${flag} lists what is left.`);
  else if (facts.errors > 0) steps.push(`Correct ${facts.shownFile}: cn2-fleet validate${flag} lists what is wrong with it.`);
  steps.push(...identitySteps(facts));
  const secrets = facts.credentials.flatMap(({ secret }) => secret ?? []);
  if (secrets.length > 0)
    steps.push(
      // One line: GitHub hides a secret of several lines in logs line by line, and so `kind: Config` everywhere.
      `Add the secrets to the repository (Settings, Secrets and variables, Actions), each as base64 on one line, for example ${secretLine(secrets.at(-1) ?? '')}.`,
    );
  for (const { name, secret } of facts.credentials)
    if (secret === undefined)
      steps.push(`${name} is read from a file: let a step of each workflow write it, or declare {env: NAME} instead.`);
  steps.push(
    'Give the workflows a runner that reaches the API servers of all clusters (cn2-fleet init --runs-on LABELS).',
    'Allow "GitHub Actions to create and approve pull requests" (Settings, Actions, General).',
    `Create the environment ${facts.fleet} (Settings, Environments) for the default branch only: its secrets, with which apply may write${facts.withoutHandover === undefined ? '' : ' (kubeconfigs of cn2-fleet-apply)'}, take precedence over those of the repository, which plan${facts.withoutHandover === undefined ? '' : ' (of cn2-fleet-plan)'}.`,
    `Protect the default branch: require pull requests, a review and the check "${check}", never the apply.`,
    `Run cn2-fleet plan${flag}, then commit and push.`,
  );
  return steps;
}

function identitySteps({ withoutHandover, shownFile }: SetupFacts): string[] {
  if (withoutHandover === undefined) return [];
  const declare = `Declare handover in ${shownFile} for ${withoutHandover.join(', ')}: CN2 cannot work with a kubeconfig of cn2-fleet's identities.`;
  return [
    ...(withoutHandover.length === 0 ? [] : [declare]),
    "Create the identities with the files of cn2-fleet's release: kubectl apply -f deploy/central/ on the central cluster, kubectl apply -f deploy/distributed/ on each distributed one. In the context of a cluster, deploy/kubeconfig.sh plan, apply or smoke writes a kubeconfig.",
  ];
}

/** Sets a secret from a file, in any shell of Linux and macOS; the value is in no command line. */
function secretLine(name: string): string {
  return `base64 < FILE | tr -d '\\n' | gh secret set ${name}`;
}
