import { REPOSITORY } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const doctor: Verb = {
  name: 'doctor',
  summary: 'looks whether everything is there that a first run needs; writes nothing',
  flags: [REPOSITORY],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 3, 8],
  endsAtOnce: true,
  strangers: 'never',
  outputs: [],
  work: () => import('./run.ts'),
};
