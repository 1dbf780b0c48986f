import { releaseOf } from '../cn2/releases.ts';
import type { NeededCredential } from '../model/init.ts';

/** Where Juniper publishes the example manifests of CN2 (src/cn2/published-files.ts has their digests). */
const PUBLISHED = 'https://github.com/Juniper/contrail-networking';

/** Releases whose multi-cluster folder is not below that of a platform. */
const WITHOUT_PLATFORM: ReadonlySet<string> = new Set(['22.1', '22.2', '22.3']);

/** Stands for the release in a command where it is not known yet. */
const RELEASE = 'RELEASE';

/** Fetches the vendor's files of a release into a folder. `version`: the image tag, as far as it is known. */
export function manifestCommands(folder: string, version: string): string[] {
  const release = releaseOf(version) ?? RELEASE;
  const below = WITHOUT_PLATFORM.has(release) ? release : `${release}/k8s`;
  return [
    `git clone --depth 1 ${PUBLISHED} ../contrail-networking`,
    `mkdir -p ${quoted(folder)} && cp ../contrail-networking/releases/${below}/multi-cluster/*.yaml ${quoted(folder)}/`,
  ];
}

/** One of the identities of deploy/, where clusters are reached with them. */
export type Identity = 'plan' | 'apply';

/** The file that a user may have a credential in. */
function fileOf({ name, for: uses }: NeededCredential, identity?: Identity): string {
  const [use = ''] = uses;
  const [, cluster, handedOver] = /^kubeconfig of (\S+)( that is handed over)?$/.exec(use) ?? [];
  if (cluster === undefined) return `${name.toLowerCase().replaceAll('_', '-')}.json`;
  const whose = handedOver === undefined ? identity : 'handover';
  return `${cluster}${whose === undefined ? '' : `-${whose}`}.kubeconfig`;
}

/**
 * A file on one line as base64, in any shell of Linux and macOS. One line: GitHub hides a value of several lines line by line, and so
 * `kind: Config` everywhere.
 */
function onOneLine(file: string): string {
  return `base64 < ${quoted(file)} | tr -d '\\n'`;
}

/** A cluster that gets identities, and which of their files. */
export interface IdentityPlace {
  cluster: string;
  side: 'central' | 'distributed';
}

/** How long the tokens of identities last, in hours; some clusters allow less. */
const HOURS = 24;

/** Makes the identities of deploy/ with the administrator's kubeconfig of each cluster, and kubeconfigs for those who plan and apply. */
export function identityCommands(places: readonly IdentityPlace[]): string[] {
  return [
    'DEPLOY="$(npm root --global)/cn2-fleet/deploy"',
    ...places.flatMap(({ cluster, side }) => {
      const administrator = quoted(`${cluster}.kubeconfig`);
      const made = (identity: Identity) =>
        `KUBECONFIG=${administrator} sh "$DEPLOY/kubeconfig.sh" ${identity} ${HOURS} > ${quoted(`${cluster}-${identity}.kubeconfig`)}`;
      return [`kubectl --kubeconfig ${administrator} apply -f "$DEPLOY/${side}/"`, made('plan'), made('apply')];
    }),
  ];
}

/** Sets a secret from a file; the value is in no command line. */
export function secretCommand(
  credential: NeededCredential,
  { environment, identity }: { environment?: string; identity?: Identity } = {},
): string {
  const where = environment === undefined ? '' : ` --env ${environment}`;
  return `${onOneLine(fileOf(credential, identity))} | gh secret set ${credential.secret ?? credential.name}${where}`;
}

/** Sets the variable that a credential is read from, on this host. */
export function exportCommand(credential: NeededCredential, identity?: Identity): string {
  return `export ${credential.name}="$(${onOneLine(fileOf(credential, identity))})"`;
}

/**
 * Makes the repository on GitHub where there is none yet. `own`: a file at its top, from here. What has been committed is pushed at once: the
 * first branch that GitHub gets becomes the default branch.
 */
export function createRepositoryCommand(own: readonly string[], empty: boolean): string {
  const top = own.some((path) => path.startsWith('../')) ? '"$(git rev-parse --show-toplevel)"' : '.';
  return `gh repo create --private --source ${top} --remote origin${empty ? '' : ' --push'}`;
}

/** "Allow GitHub Actions to create and approve pull requests". */
export const ALLOW_PULL_REQUESTS =
  'gh api --method PUT repos/{owner}/{repo}/actions/permissions/workflow -F can_approve_pull_request_reviews=true';

/** The default branch, in a command that runs where git does not tell it: nothing else was checked out so far. */
const ASKED_BRANCH = '$(git branch --show-current)';

/** An environment that only jobs of one branch get. */
export function environmentCommands(name: string, branch: string | undefined): string[] {
  const place = `repos/{owner}/{repo}/environments/${name}`;
  const only =
    "-F 'deployment_branch_policy[protected_branches]=false' -F 'deployment_branch_policy[custom_branch_policies]=true'";
  const named = branch === undefined ? `"name=${ASKED_BRANCH}"` : quoted(`name=${branch}`);
  return [`gh api --method PUT ${place} ${only}`, `gh api --method POST ${place}/deployment-branch-policies -f ${named}`];
}

/** What goes into commits, from the folder in which the program ran. */
export interface ToCommit {
  /** Beside workflows and attributes. */
  declared: readonly string[];
  own: readonly string[];
  fleet: string;
  /** Nothing has been committed so far: a pull request needs a branch to go into. */
  empty: boolean;
}

/** Commits and pushes what a fleet has, as a pull request. */
export function pullRequestCommands({ declared, own, fleet, empty }: ToCommit): string[] {
  const commit = (paths: readonly string[], message: string) =>
    `git add ${paths.map(quoted).join(' ')} && git commit -m ${quoted(message)} && git push -u origin HEAD`;
  const branch = `git switch -c declare-${fleet}`;
  const declaration = `Declare ${fleet}`;
  return [
    ...(empty
      ? [commit(own, 'Add the workflows of cn2-fleet'), branch, commit(declared, declaration)]
      : [branch, commit([...own, ...declared], declaration)]),
    'gh pr create --fill',
  ];
}

/** A word of a shell: as it is while nothing in it means anything to one. */
export function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
