import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const render: Verb = {
  name: 'render',
  summary: 'writes the manifests of the declaration',
  flags: [
    {
      name: 'check',
      help: 'write nothing, say what would change',
      input: {
        description: 'true: write nothing, fail if the rendered folder is not what the declaration renders.',
        default: 'false',
      },
    },
  ],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 3, 4],
  endsAtOnce: false,
  strangers: { with: 'check' },
  outputs: OUTPUTS,
  work: () => import('./run.ts'),
};
