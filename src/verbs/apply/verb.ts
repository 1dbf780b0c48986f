import { BASE_INPUT, HTML, LOCK_FLAGS, PUBLISH, REPOSITORY } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const apply: Verb = {
  name: 'apply',
  summary: 'applies the committed manifests as approved, in order, with gates; then the smoke test',
  flags: [
    {
      name: 'base',
      value: 'BRANCH',
      help: 'the branch whose newest approval counts, in a job of GitHub Actions (default: the default branch)',
      input: BASE_INPUT,
    },
    { name: 'plan', value: 'FILE', help: 'the approved plan (default: plan.json in the rendered folder)' },
    {
      name: 'gate-timeout',
      value: 'SECONDS',
      default: '900',
      help: 'how long a gate may take',
      input: { description: 'Seconds that a gate may take. Empty: 900.' },
    },
    ...LOCK_FLAGS,
    {
      name: 'strict',
      help: 'fail for every path of the smoke test that is broken, also for one that was so before',
      input: {
        description: 'true: the smoke test also fails for paths that were broken before the apply.',
        default: 'false',
      },
    },
    HTML,
    PUBLISH,
    {
      name: 'environment',
      value: 'NAME',
      help: 'environment of the deployment on GitHub (default: the fleet’s name; empty: none)',
      input: {
        description: 'Environment of the deployment that records the apply. Empty: the name of the fleet. none: no deployment.',
        noneIsEmpty: true,
      },
    },
    REPOSITORY,
  ],
  formats: ['text', 'json', 'markdown', 'html'],
  exits: [0, 1, 3, 4, 5, 7, 8, 9],
  endsAtOnce: false,
  strangers: 'never',
  outputs: OUTPUTS,
  github: {
    permissions: ['contents: read', 'pull-requests: write', 'statuses: write', 'deployments: write'],
    writes: 'asked',
    readsHead: true,
  },
  keepsPage: true,
  work: () => import('./run.ts'),
};
