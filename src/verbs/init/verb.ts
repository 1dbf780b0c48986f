import type { Verb } from '../verb.ts';

export const init: Verb = {
  name: 'init',
  summary: 'writes a first declaration and the workflow files',
  flags: [
    {
      name: 'runs-on',
      value: 'LABELS',
      help: 'labels of the runner that reaches the clusters, separated by commas (default: as the workflows have it, otherwise ubuntu-latest)',
    },
    {
      name: 'repository',
      value: 'OWNER/NAME[@REF]',
      help: 'the Action that the workflows use (default: as they have it, otherwise the repository that this program runs from)',
    },
    {
      name: 'identities',
      help: 'the clusters are reached with the identities of deploy/: the declaration gets handover, which CN2 then needs',
    },
  ],
  formats: ['text', 'json'],
  exits: [0, 1],
  endsAtOnce: false,
  strangers: 'never',
  mayBeginFolder: true,
  work: () => import('./run.ts'),
};
