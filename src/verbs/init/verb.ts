import type { Verb } from '../verb.ts';

export const init: Verb = {
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
  exits: [0, 1],
  endsAtOnce: false,
  strangers: 'never',
  mayBeginFolder: true,
  work: () => import('./run.ts'),
};
