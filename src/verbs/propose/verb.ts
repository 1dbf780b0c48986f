import { ATTENTION_FLAGS, BASE_INPUT, PUBLISH, REPOSITORY, REVIEW_FLAGS } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const propose: Verb = {
  name: 'propose',
  summary: 'plans, and opens or updates the one pull request that holds the manifests and the plan to approve',
  flags: [
    {
      name: 'base',
      value: 'BRANCH',
      help: 'the branch to merge into (default: the default branch of the repository)',
      input: BASE_INPUT,
    },
    {
      name: 'dry-run',
      help: 'write nothing to GitHub, say what would be written',
      input: {
        description: 'true: write nothing to GitHub, say what would be written. The outputs are those of a run that writes.',
        default: 'false',
      },
    },
    ...ATTENTION_FLAGS,
    ...REVIEW_FLAGS,
    { ...PUBLISH, help: 'no effect: the pull request is always written' },
    REPOSITORY,
  ],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 2, 3, 4, 8],
  endsAtOnce: true,
  strangers: 'never',
  outputs: OUTPUTS,
  github: { permissions: ['contents: write', 'pull-requests: write', 'checks: write'], writes: 'always' },
  keepsPlanFile: true,
  work: () => import('./run.ts'),
};
