import { LOCK_FLAGS } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const smoke: Verb = {
  name: 'smoke',
  summary: 'measures which endpoints reach each other and compares that with the declaration',
  flags: LOCK_FLAGS,
  formats: ['text', 'json', 'markdown', 'junit', 'prometheus'],
  exits: [0, 1, 3, 4, 5, 8, 9],
  endsAtOnce: false,
  strangers: 'never',
  outputs: [],
  work: () => import('./run.ts'),
};
