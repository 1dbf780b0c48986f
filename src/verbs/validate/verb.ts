import type { Verb } from '../verb.ts';

export const validate: Verb = {
  name: 'validate',
  summary: 'checks the declaration against all rules',
  flags: [
    {
      name: 'live',
      help: 'look at the live clusters too',
      input: { description: 'true: look at the live clusters too.', default: 'false' },
    },
  ],
  formats: ['text', 'json', 'markdown', 'sarif', 'github'],
  exits: [0, 1, 3, 4, 8],
  endsAtOnce: true,
  strangers: { without: 'live' },
  outputs: [],
  work: () => import('./run.ts'),
};
