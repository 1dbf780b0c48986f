import { HTML, LOCK_FLAGS } from '../flags.ts';
import { PAGE_PATH } from '../outputs.ts';
import type { Verb } from '../verb.ts';

export const smoke: Verb = {
  name: 'smoke',
  summary: 'measures which endpoints reach each other and compares that with the declaration',
  flags: [...LOCK_FLAGS, HTML],
  formats: ['text', 'json', 'markdown', 'junit', 'prometheus', 'html'],
  exits: [0, 1, 3, 4, 5, 8, 9],
  endsAtOnce: false,
  strangers: 'never',
  outputs: [PAGE_PATH],
  keepsPage: true,
  work: () => import('./run.ts'),
};
