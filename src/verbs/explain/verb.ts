import type { Verb } from '../verb.ts';

export const explain: Verb = {
  name: 'explain',
  summary: 'prints what the documentation says of a rule, an exit code or a message',
  flags: [],
  words: { usage: '<rule | exit code | words of a message>', example: 'for example cn2-fleet explain E1, or explain 4' },
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1],
  endsAtOnce: true,
  // It looks at nothing but pages of its own.
  strangers: 'always',
  work: () => import('./run.ts'),
};
