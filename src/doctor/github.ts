import type { DoctorCheck } from '../model/doctor.ts';
import type { NeededCredential } from '../model/init.ts';
import { present } from '../model/present.ts';
import type { RepositorySettings, Told } from '../model/repository-settings.ts';
import { ALLOW_PULL_REQUESTS, environmentCommands, secretCommand } from '../setup/step-commands.ts';
import { check, type More } from './checks.ts';

export interface GithubFacts {
  /** What the API says, or why it was not asked. */
  settings: RepositorySettings | { untold: string };
  environment: string;
  /** The default branch, as far as git knows it. */
  branch?: string;
  credentials: readonly NeededCredential[];
  /** What names the declaration to a command. */
  flag: string;
}

const github = (subject: string, state: DoctorCheck['state'], seen: string, more: More = {}) =>
  check('github', subject, state, seen, more);

/** Where a person finds a setting that the token may not see. */
const LOOK = {
  actions: 'Look at Settings, Actions, General: a token needs administration: read to see it.',
  secrets: 'Look at Settings, Secrets and variables, Actions: a token needs secrets: read to see the names.',
  environment: 'Look at Settings, Environments.',
};

/** Whether the settings of the repository let the workflows do their work. */
export function githubChecks(facts: GithubFacts): DoctorCheck[] {
  const { settings, environment, branch, flag } = facts;
  if ('untold' in settings)
    return [
      github('repository', 'unknown', `its settings were not asked for: ${settings.untold}`, {
        remedy: 'With a token and a remote of the repository, doctor reads them.',
        command: `GITHUB_TOKEN="$(gh auth token)" cn2-fleet doctor${flag}`,
      }),
    ];
  return [
    ...repositoryChecks(settings, branch, flag),
    ...actionsChecks(settings),
    pullRequestCheck(settings),
    environmentCheck(settings, environment, branch),
    ...secretChecks(settings, facts),
  ];
}

function repositoryChecks({ name, repository }: RepositorySettings, branch: string | undefined, flag: string): DoctorCheck[] {
  if ('untold' in repository) return [github(name, 'unknown', repository.untold)];
  const { archived, defaultBranch } = repository.told;
  if (archived) return [github(name, 'to-do', 'is archived: no workflow runs', { remedy: 'Unarchive it (Settings, General).' })];
  if (branch !== undefined && branch !== defaultBranch)
    return [
      github(name, 'remark', `its default branch is ${defaultBranch}; git here takes it to be ${branch}`, {
        remedy: 'The workflows watch the branch that git knew: let it know, then run init again.',
        command: `git remote set-head origin --auto && cn2-fleet init${flag}`,
      }),
    ];
  return [github(name, 'ok', `its default branch is ${defaultBranch}`)];
}

function actionsChecks({ actions }: RepositorySettings): DoctorCheck[] {
  const subject = 'GitHub Actions';
  if ('untold' in actions) return [github(subject, 'unknown', actions.untold, { remedy: LOOK.actions })];
  const { enabled, allowed } = actions.told;
  if (!enabled)
    return [
      github(subject, 'to-do', 'are switched off', {
        remedy: 'Switch them on (Settings, Actions, General).',
        command: 'gh api --method PUT repos/{owner}/{repo}/actions/permissions -F enabled=true -f allowed_actions=all',
      }),
    ];
  if (allowed === 'all') return [github(subject, 'ok', 'are on')];
  const seen = allowed === 'selected' ? 'only selected ones may be used' : 'only those of the owner may be used';
  return [
    github(subject, 'remark', seen, {
      remedy: 'actions/checkout and the Action of the workflows have to be among them (Settings, Actions, General).',
    }),
  ];
}

function pullRequestCheck({ mayOpenPullRequests: may }: RepositorySettings): DoctorCheck {
  const subject = 'pull requests of GitHub Actions';
  if ('untold' in may) return github(subject, 'unknown', may.untold, { remedy: LOOK.actions });
  if (may.told) return github(subject, 'ok', 'are allowed');
  return github(subject, 'to-do', 'are not allowed: propose could not open any', {
    remedy: 'Allow "GitHub Actions to create and approve pull requests" (Settings, Actions, General).',
    command: ALLOW_PULL_REQUESTS,
  });
}

function environmentCheck({ environment, repository }: RepositorySettings, name: string, known: string | undefined): DoctorCheck {
  const branch = 'told' in repository ? repository.told.defaultBranch : known;
  const subject = `environment ${name}`;
  if ('untold' in environment) return github(subject, 'unknown', environment.untold, { remedy: LOOK.environment });
  const [create, restrict] = environmentCommands(name, branch) as [string, string];
  if (environment.told === undefined)
    return github(subject, 'remark', 'is not there: the first apply makes it, for every branch', {
      remedy: 'Create it for the default branch only.',
      command: `${create} && ${restrict}`,
    });
  if (environment.told.branches === 'any')
    return github(subject, 'remark', 'is for every branch: a workflow on any of them gets its secrets', {
      remedy: 'Restrict it to the default branch.',
      command: `${create} && ${restrict}`,
    });
  const { branches, admits } = environment.told;
  const which = branches === 'protected' ? 'protected branches' : `branches ${(admits ?? []).join(', ') || 'of no name'}`;
  if (branch === undefined || admits === undefined) return github(subject, 'ok', `is for ${which}`);
  if (admits.some((pattern) => fitsPattern(branch, pattern))) return github(subject, 'ok', `is for ${which}`);
  return github(subject, 'to-do', `is for ${which}, and ${branch} is none of them: GitHub refuses every apply`, {
    remedy: branches === 'protected' ? `Protect ${branch}, or name it.` : `Name ${branch} too.`,
    command: branches === 'protected' ? `${create} && ${restrict}` : restrict,
  });
}

/** As GitHub matches branches of environments: `*` stops at a slash, `**` does not (Ruby, File.fnmatch). */
function fitsPattern(branch: string, pattern: string): boolean {
  const source = pattern.replace(
    /\*\*\/?|\*|\?|[.+^$(){}|[\]\\]/g,
    (part) => PATTERN[part[0] === '*' ? part.slice(0, 2) : part] ?? `\\${part}`,
  );
  return new RegExp(`^${source}$`).test(branch);
}

const PATTERN: Readonly<Record<string, string>> = { '**': '.*', '*': '[^/]*', '?': '[^/]' };

function secretChecks(settings: RepositorySettings, { credentials, environment }: GithubFacts): DoctorCheck[] {
  const wanted = credentials.filter(({ secret }) => secret !== undefined);
  if (wanted.length === 0) return [];
  if ('untold' in settings.secrets) return [github('secrets', 'unknown', settings.secrets.untold, { remedy: LOOK.secrets })];
  const has = (told: Told<string[]>) => new Set('told' in told ? told.told.map((name) => name.toUpperCase()) : []);
  const [everywhere, applying] = [has(settings.secrets), has(settings.environmentSecrets)];
  const lacking = wanted.filter(({ secret = '' }) => !everywhere.has(secret.toUpperCase()));
  if (lacking.length === 0) return [github('secrets', 'ok', `${wanted.map(({ secret }) => secret).join(', ')} are there`)];
  return lacking.map((credential) => {
    const { secret = '', for: uses } = credential;
    const only = applying.has(secret.toUpperCase());
    const seen = only ? `is in environment ${environment} alone: a plan does not get it` : 'is not there';
    const more = present({ remedy: `It holds: ${uses.join(', ')}.`, command: secretCommand(credential) });
    return github(`secret ${secret}`, 'to-do', seen, more);
  });
}
