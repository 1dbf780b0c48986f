import type { NeededCredential } from '../model/init.ts';
import type { NextStep } from '../model/next-step.ts';
import { PLACEHOLDER } from './first-declaration.ts';
import { inFleet } from './fleet-workflows.ts';
import type { Gap } from './placeholders.ts';
import {
  ALLOW_PULL_REQUESTS,
  createRepositoryCommand,
  environmentCommands,
  exportCommand,
  type Identity,
  type IdentityPlace,
  identityCommands,
  manifestCommands,
  pullRequestCommands,
  quoted,
  secretCommand,
} from './step-commands.ts';

export interface SetupFacts {
  /** As the user names them. */
  shownFile: string;
  shownManifests: string;
  /** Folders and files of the repository that the declaration names: those of manifests and of objects of one's own. */
  shownDeclared: readonly string[];
  fleet: string;
  /** The image tag that is declared. */
  version: string;
  /** The fleet, where the names of its workflows carry it. */
  called?: string;
  /** Errors that need no cluster and no manifests. */
  errors: number;
  /** What the declaration leaves to fill in. */
  gaps: readonly Gap[];
  manifestsThere: boolean;
  credentials: readonly NeededCredential[];
  /** Where the clusters are reached with the identities of deploy/: those whose entries say nothing of what CN2 is given. */
  withoutHandover?: readonly string[];
  /** Every cluster that is reached. */
  clusters: readonly IdentityPlace[];
  /** Labels of the runner that the workflows have. */
  runsOn: string;
  /** The default branch, as far as git knows it. */
  branch?: string;
  /** The repository has a remote that a forge serves. */
  hasRemote: boolean;
  /** Nothing has been committed yet. */
  empty: boolean;
  /** What init wrote or would write beside the declaration, as the user names it. */
  own: readonly string[];
}

/** What is left to do by hand, in the order in which it has to be done: in an empty repository seven steps. */
export function nextSteps(facts: SetupFacts): NextStep[] {
  return [
    ...manifestStep(facts),
    ...declarationStep(facts),
    ...identityStep(facts),
    secretStep(facts),
    pullRequestStep(),
    environmentStep(facts),
    doctorStep(facts),
    firstPlanStep(facts),
  ];
}

function flagOf({ shownFile }: SetupFacts): string {
  return shownFile === 'clusters.yaml' ? '' : ` -f ${quoted(shownFile)}`;
}

function manifestStep({ manifestsThere, shownManifests, version }: SetupFacts): NextStep[] {
  if (manifestsThere) return [];
  const what = `Put the vendor's example manifests of your release into ${shownManifests}/, as downloaded.`;
  const commands = manifestCommands(shownManifests, version);
  const unknown = commands.join().includes('RELEASE');
  const notes = unknown
    ? [
        'RELEASE is the first two numbers of the image tag, for example 23.4; 22.1 to 22.3 have multi-cluster without k8s/ before it.',
      ]
    : [];
  return [{ about: 'manifests', what, notes, commands }];
}

function declarationStep(facts: SetupFacts): NextStep[] {
  const { shownFile, gaps, errors } = facts;
  if (gaps.length === 0 && errors === 0) return [];
  const commands = [`cn2-fleet validate${flagOf(facts)}`];
  if (gaps.length === 0)
    return [{ about: 'declaration', what: `Correct ${shownFile}: validate lists what is wrong with it.`, notes: [], commands }];
  const places = gaps.map(({ line, key }) => `line ${line}: ${key}`);
  return [
    {
      about: 'declaration',
      what: `Replace every ${PLACEHOLDER} in ${shownFile}; validate lists what is left.`,
      notes: [
        ...places,
        'The subnets are in the ConfigMap kubeadm-config of kube-system, where kubeadm made the cluster.',
        'Clusters that are attached already need not be written down: cn2-fleet import reads them.',
      ],
      commands,
    },
  ];
}

function identityStep({ withoutHandover, shownFile, clusters }: SetupFacts): NextStep[] {
  if (withoutHandover === undefined) return [];
  const declare = `Declare handover in ${shownFile} for ${withoutHandover.join(', ')}: CN2 cannot work with a kubeconfig of cn2-fleet's identities.`;
  return [
    {
      about: 'identities',
      what: "Create the identities with the files of cn2-fleet's release, on every cluster.",
      notes: [
        ...(withoutHandover.length === 0 ? [] : [declare]),
        'The first kubeconfig of each cluster is that of its administrator; the package of cn2-fleet has deploy/, as its repository has.',
        'Their tokens end, here after a day: workflows that run for longer need new ones.',
      ],
      commands: identityCommands(clusters),
    },
  ];
}

function secretStep({ credentials, hasRemote, own, empty, withoutHandover }: SetupFacts): NextStep {
  const files = credentials.filter(({ secret }) => secret === undefined);
  const secrets = credentials.filter(({ secret }) => secret !== undefined);
  const plan = withoutHandover === undefined ? '' : ' (kubeconfigs of cn2-fleet-plan)';
  return {
    about: 'secrets',
    what: `Add the secrets to the repository${plan}: each is one of your files, as base64 on one line.`,
    notes: [
      'The files stay out of the repository.',
      ...files.map(
        ({ name }) => `${name} is read from a file: let a step of each workflow write it, or declare {env: NAME} instead.`,
      ),
    ],
    commands: [
      ...(hasRemote ? [] : [createRepositoryCommand(own, empty)]),
      ...secrets.map((credential) => secretCommand(credential, planning(withoutHandover))),
    ],
  };
}

/** What the repository's own secrets are for, where there is a difference. */
function planning(withoutHandover: SetupFacts['withoutHandover']): { identity?: Identity } {
  return withoutHandover === undefined ? {} : { identity: 'plan' };
}

function pullRequestStep(): NextStep {
  return {
    about: 'pull-requests',
    what: 'Allow "GitHub Actions to create and approve pull requests" (Settings, Actions, General).',
    notes: ['An organization may forbid it for all of its repositories: its setting has the same name.'],
    commands: [ALLOW_PULL_REQUESTS],
  };
}

function environmentStep({ fleet, branch, withoutHandover, credentials }: SetupFacts): NextStep {
  const identities = withoutHandover !== undefined;
  const kubeconfigs = credentials.filter(
    ({ secret, for: [use = ''] }) => secret !== undefined && /^kubeconfig of \S+$/.test(use),
  );
  return {
    about: 'environment',
    what: `Create the environment ${fleet} for the default branch only: apply runs in it.`,
    notes: [
      `Its secrets, with which apply may write${identities ? ' (kubeconfigs of cn2-fleet-apply)' : ''}, take precedence over those of the repository, which plan${identities ? ' (of cn2-fleet-plan)' : ''}.`,
    ],
    commands: [
      ...environmentCommands(fleet, branch),
      ...(identities
        ? kubeconfigs.map((credential) => secretCommand(credential, { environment: fleet, identity: 'apply' }))
        : []),
    ],
  };
}

function doctorStep(facts: SetupFacts): NextStep {
  return {
    about: 'doctor',
    what: 'Look whether everything is there that a first run needs; doctor writes nothing.',
    notes: [
      `The workflows run on ${facts.runsOn}, which must reach the API servers of all clusters: cn2-fleet init --runs-on LABELS names another runner.`,
    ],
    commands: [
      ...facts.credentials
        .filter(({ secret }) => secret !== undefined)
        .map((credential) => exportCommand(credential, planning(facts.withoutHandover).identity)),
      `GITHUB_TOKEN="$(gh auth token)" cn2-fleet doctor${flagOf(facts)}`,
    ],
  };
}

function firstPlanStep({ shownFile, shownDeclared, own, fleet, empty, called }: SetupFacts): NextStep {
  const check = called === undefined ? 'cn2-fleet plan' : inFleet('cn2-fleet plan', called);
  return {
    about: 'first-plan',
    what: 'Commit, push and open a pull request: its comment is the first plan.',
    notes: [
      `Then protect the default branch (Settings, Rules): require pull requests, a review and the check "${check}", never the apply.`,
    ],
    commands: pullRequestCommands({ declared: [shownFile, ...shownDeclared], own, fleet, empty }),
  };
}
