/** A flag of the command line; one that the Action offers says how its input is called and described. */
export interface Flag {
  name: string;
  short?: string;
  /** What the value is called in the help; absent: the flag has none. */
  value?: string;
  repeatable?: boolean;
  default?: string;
  help: string;
  /** The input of the Action that carries it, under the same name; absent: the Action has none. */
  input?: FlagInput;
}

/** A flag as an input of the Action. */
export interface FlagInput {
  description: string;
  /** Absent: empty, which means that the command's own default counts. */
  default?: string;
  /** An input that is empty is one that is not given: `none` stands for the empty value. */
  noneIsEmpty?: true;
}

/** Flags of every command. */
export const COMMON_FLAGS: readonly Flag[] = [
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    default: 'clusters.yaml',
    help: 'the declaration',
    input: { description: 'The declaration, relative to the top of the repository.', default: 'clusters.yaml' },
  },
  {
    name: 'rendered',
    value: 'FOLDER',
    help: 'rendered manifests (default: rendered beside the declaration)',
    input: {
      description:
        'The folder of the rendered manifests, relative to the top of the repository. Empty: rendered, beside the declaration.',
    },
  },
  { name: 'format', value: 'FORMAT', default: 'text', help: 'text, json, markdown or another one of the command' },
  {
    name: 'only',
    value: 'CLUSTER',
    repeatable: true,
    help: 'only what belongs to this cluster; repeatable',
    input: { description: 'Clusters to look at, one per line or separated by commas. Empty: all.' },
  },
  { name: 'concurrency', value: 'N', default: '32', help: 'how many clusters are read at the same time' },
  { name: 'no-color', help: 'no colours' },
  { name: 'quiet', help: 'only results and problems' },
  { name: 'help', short: 'h', help: 'show this text' },
];

/** Flags of commands that take a lock. */
export const LOCK_FLAGS: readonly Flag[] = [
  {
    name: 'lock-ttl',
    value: 'SECONDS',
    default: '60',
    help: 'how long a lock may go without renewal before it counts as abandoned',
  },
  {
    name: 'lock-timeout',
    value: 'SECONDS',
    default: '90',
    help: 'how long to wait for the lock',
    input: { description: 'Seconds to wait for the lock of the fleet. Empty: 90.' },
  },
];

/** The branch that counts, as an input of the Action. */
export const BASE_INPUT: FlagInput = {
  description:
    'The branch that proposals are merged into and whose newest approval is applied. Empty: the default branch of the repository.',
};

/** Of commands whose result has a page. */
export const HTML: Flag = {
  name: 'html',
  value: 'FILE',
  help: 'write the result as an HTML page too, which needs no network',
};

/** Of commands that can write their result to GitHub. */
export const PUBLISH: Flag = {
  name: 'publish',
  help: 'write the result to GitHub too: comment and check, status and deployment, issue',
  input: {
    description:
      'false: no comment, check, status, deployment or issue is written. The pull request of propose is its purpose, which only dry-run leaves out.',
    default: 'true',
  },
};

/** Of commands that read or write GitHub. */
export const REPOSITORY: Flag = {
  name: 'repository',
  value: 'OWNER/NAME',
  help: 'the repository on GitHub (default: $GITHUB_REPOSITORY, otherwise the remote origin); the token is $GITHUB_TOKEN',
};

/** Of commands that open pull requests or issues. */
export const ATTENTION_FLAGS: readonly Flag[] = [
  {
    name: 'labels',
    value: 'LABEL',
    repeatable: true,
    help: 'label for the pull request or the issues that are opened; repeatable',
    input: {
      description:
        'Labels for the pull request of propose or the issues of drift, one per line or separated by commas. One that the repository lacks is created.',
    },
  },
  {
    name: 'assignees',
    value: 'LOGIN',
    repeatable: true,
    help: 'whom the pull request or the issues that are opened are assigned to; repeatable',
    input: {
      description: 'Logins to assign the pull request of propose or the issues of drift to, one per line or separated by commas.',
    },
  },
];

/** Of the command that opens pull requests for review. */
export const REVIEW_FLAGS: readonly Flag[] = [
  {
    name: 'reviewers',
    value: 'LOGIN',
    repeatable: true,
    help: 'of whom a review is requested; repeatable',
    input: { description: 'Logins of whom a review is requested, one per line or separated by commas.' },
  },
  {
    name: 'team-reviewers',
    value: 'TEAM',
    repeatable: true,
    help: 'team of which a review is requested, by its slug; repeatable',
    input: {
      description:
        'Slugs of teams of which a review is requested, one per line or separated by commas. The token of a workflow sees no teams: it takes that of a GitHub App with `members: read`.',
    },
  },
  {
    name: 'draft',
    help: 'open the pull request as a draft',
    input: { description: 'true: the pull request is opened as a draft.', default: 'false' },
  },
];
