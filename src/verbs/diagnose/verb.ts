import type { Verb } from '../verb.ts';

export const diagnose: Verb = {
  name: 'diagnose',
  summary: 'says why paths are red: by the live objects and by what was measured last; makes no pod and writes nothing',
  flags: [
    {
      name: 'pair',
      value: 'A,B',
      help: 'only the paths between A and B, each a cluster or cluster/namespace/network',
      input: { description: 'Only the paths between two ends: A,B, each a cluster or cluster/namespace/network. Empty: all.' },
    },
    {
      name: 'evidence',
      value: 'FILE',
      help: 'what smoke --format json has printed (default: the matrix that the central cluster has kept)',
    },
  ],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 3, 4, 8, 9],
  endsAtOnce: true,
  strangers: 'never',
  outputs: [],
  work: () => import('./run.ts'),
};
