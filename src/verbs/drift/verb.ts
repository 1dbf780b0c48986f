import { ATTENTION_FLAGS, HTML, PUBLISH, REPOSITORY } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const drift: Verb = {
  name: 'drift',
  summary: 'compares the committed manifests with the live clusters; writes to no cluster',
  flags: [
    {
      name: 'adopt',
      help: 'edit the declaration so that it says what is live; with --publish as a pull request',
      input: {
        description:
          'true: the declaration is edited so that it says what is live, as a pull request. Of an event of an issue only for the cluster that the issue is about.',
        default: 'false',
      },
    },
    ...ATTENTION_FLAGS,
    HTML,
    PUBLISH,
    REPOSITORY,
  ],
  formats: ['text', 'json', 'markdown', 'prometheus', 'html'],
  exits: [0, 1, 2, 4, 8],
  endsAtOnce: true,
  strangers: 'never',
  outputs: OUTPUTS,
  github: {
    permissions: ['contents: read', 'issues: write', 'actions: read'],
    permissionsWith: { flag: 'adopt', permissions: ['contents: write', 'pull-requests: write', 'issues: write'] },
    writes: 'asked',
  },
  keepsPlanFile: true,
  keepsPage: true,
  work: () => import('./run.ts'),
};
