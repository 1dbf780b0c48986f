/** A flag of the command line: one table feeds the parser, the help and the reference. */
export interface Flag {
  name: string;
  short?: string;
  /** What the value is called in the help; absent: the flag has none. */
  value?: string;
  repeatable?: boolean;
  default?: string;
  help: string;
}

export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'file', short: 'f', value: 'FILE', default: 'clusters.yaml', help: 'the declaration' },
  { name: 'rendered', value: 'FOLDER', help: 'rendered manifests (default: rendered beside the declaration)' },
  { name: 'format', value: 'FORMAT', default: 'text', help: 'text, json or markdown' },
  { name: 'only', value: 'CLUSTER', repeatable: true, help: 'only what is there for this cluster; repeatable' },
  { name: 'concurrency', value: 'N', default: '32', help: 'clusters that are read at the same time' },
  { name: 'no-color', help: 'no colours' },
  { name: 'quiet', help: 'only results and problems' },
  { name: 'help', short: 'h', help: 'this text' },
];

export interface CommandFacts {
  name: string;
  summary: string;
  flags: readonly Flag[];
  formats: readonly string[];
  /** The exit codes it can end with. */
  exits: string;
}

const GATE_TIMEOUT: Flag = { name: 'gate-timeout', value: 'SECONDS', default: '900', help: 'how long a gate may take' };
const LOCK_FLAGS: readonly Flag[] = [
  { name: 'lock-ttl', value: 'SECONDS', default: '60', help: 'after which a lock that is not renewed counts as abandoned' },
  { name: 'lock-timeout', value: 'SECONDS', default: '90', help: 'how long to wait for the lock' },
];

const PUBLISH: Flag = {
  name: 'publish',
  help: 'write the result to GitHub too: comment and check, status and deployment, issue',
};
const REPOSITORY: Flag = {
  name: 'repository',
  value: 'OWNER/NAME',
  help: 'the repository on GitHub (default: $GITHUB_REPOSITORY, else the remote origin); the token is $GITHUB_TOKEN',
};

export const COMMANDS: readonly CommandFacts[] = [
  {
    name: 'validate',
    summary: 'checks the declaration against all rules',
    flags: [{ name: 'live', help: 'look at the live clusters too' }],
    formats: ['text', 'json', 'markdown', 'sarif', 'github'],
    exits: '0 1 3 4 8',
  },
  {
    name: 'render',
    summary: 'writes the manifests of the declaration',
    flags: [{ name: 'check', help: 'write nothing, say what would change' }],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 3 4',
  },
  {
    name: 'plan',
    summary: 'compares the declaration with the live clusters; read-only',
    flags: [
      { name: 'out', value: 'FILE', help: 'write the part that is approved by merging it' },
      { name: 'offline', help: 'compare with the committed manifests instead, without any cluster' },
      PUBLISH,
      REPOSITORY,
    ],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 2 3 4 8',
  },
  {
    name: 'propose',
    summary: 'plans, and opens or updates the one pull request that holds the manifests and the plan to approve',
    flags: [
      { name: 'base', value: 'BRANCH', help: 'the branch to merge into (default: the default branch of the repository)' },
      { name: 'dry-run', help: 'write nothing to GitHub, say what would be written' },
      { ...PUBLISH, help: 'as without: the pull request is what this is for' },
      REPOSITORY,
    ],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 2 3 4 8',
  },
  {
    name: 'apply',
    summary: 'applies the committed manifests as approved, in order, with gates; then the smoke test',
    flags: [
      {
        name: 'base',
        value: 'BRANCH',
        help: 'the branch whose newest approval counts, in a job of GitHub Actions (default: the default branch)',
      },
      { name: 'plan', value: 'FILE', help: 'the approved plan (default: plan.json in the rendered folder)' },
      GATE_TIMEOUT,
      ...LOCK_FLAGS,
      PUBLISH,
      { name: 'environment', value: 'NAME', help: 'of the deployment on GitHub (default: the fleet’s name; empty: none)' },
      REPOSITORY,
    ],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 3 4 5 7 8 9',
  },
  {
    name: 'smoke',
    summary: 'measures who reaches whom, against what is declared',
    flags: [...LOCK_FLAGS],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 3 4 5 8 9',
  },
  {
    name: 'drift',
    summary: 'compares the committed manifests with the live clusters; read-only',
    flags: [PUBLISH, REPOSITORY],
    formats: ['text', 'json', 'markdown'],
    exits: '0 1 2 4 8',
  },
  {
    name: 'init',
    summary: 'writes a first declaration and the workflow files',
    flags: [
      {
        name: 'runs-on',
        value: 'LABELS',
        help: 'labels of the runner that reaches the clusters, with commas between (default: as the workflows have it, else ubuntu-latest)',
      },
      {
        name: 'repository',
        value: 'OWNER/NAME[@REF]',
        help: 'the Action that the workflows use (default: as they have it, else the repository that this program runs from)',
      },
    ],
    formats: ['text', 'json'],
    exits: '0 1',
  },
  {
    name: 'lab',
    summary: 'up, down, status, env: local clusters for a declaration (from a checkout)',
    flags: [
      { name: 'audit', help: 'up: keep an audit log per cluster' },
      { name: 'provider', value: 'NAME', help: 'docker or podman (default: what works here)' },
    ],
    formats: ['text', 'json'],
    exits: '0 1',
  },
];
