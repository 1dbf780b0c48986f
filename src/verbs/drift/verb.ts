import { PUBLISH, REPOSITORY } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { OUTPUTS } from './outputs.ts';

export const drift: Verb = {
  name: 'drift',
  summary: 'compares the committed manifests with the live clusters; read-only',
  flags: [PUBLISH, REPOSITORY],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 2, 4, 8],
  endsAtOnce: true,
  strangers: 'never',
  outputs: OUTPUTS,
  github: { permissions: ['contents: read', 'issues: write'], writes: 'asked' },
  keepsPlanFile: true,
  work: () => import('./run.ts'),
};
