import { HTML, PUBLISH, REPOSITORY } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const plan: Verb = {
  name: 'plan',
  summary: 'compares the declaration with the live clusters; read-only',
  flags: [
    { name: 'out', value: 'FILE', help: 'write the part that is approved by merging it' },
    {
      name: 'offline',
      help: 'compare with the committed manifests instead, without any cluster',
      input: {
        description:
          'true: compare with the committed manifests, without any cluster. Runs of forks and of Dependabot are always compared this way.',
        default: 'false',
      },
    },
    {
      name: 'comment',
      value: 'WHEN',
      default: 'always',
      help: 'with --publish, comment on the pull request always, or only on changes',
      input: {
        description:
          'always: the pull request gets a comment. changes: only where something is to change, is wrong or could not be judged; a comment that is there already is brought up to date. Empty: always.',
      },
    },
    HTML,
    PUBLISH,
    REPOSITORY,
  ],
  formats: ['text', 'json', 'markdown', 'html'],
  exits: [0, 1, 2, 3, 4, 8],
  endsAtOnce: true,
  strangers: 'offline',
  outputs: OUTPUTS,
  github: {
    // For a comment on a pull request either `issues` or `pull-requests` will do.
    permissions: ['contents: read', 'pull-requests: write', 'checks: write'],
    writes: 'asked',
    readsMerge: true,
  },
  keepsPlanFile: true,
  keepsPage: true,
  work: () => import('./run.ts'),
};
