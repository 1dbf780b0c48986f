import type { Verb } from '../verb.ts';

export const rehearse: Verb = {
  name: 'rehearse',
  summary: 'brings the declaration up in a lab of its own, applies it there, measures, and takes the lab down (from a checkout)',
  flags: [
    {
      name: 'from',
      value: 'REF',
      help: 'bring this commit up first, then apply the change onto it with a ping along each path that stays open',
    },
    {
      name: 'max-clusters',
      value: 'N',
      help: 'clusters that the lab has at most, the central one counted (default: those that the change touches, as far as the host has room)',
    },
    { name: 'provider', value: 'NAME', help: 'docker or podman (default: whichever works here)' },
  ],
  formats: ['text', 'json', 'markdown'],
  exits: [0, 1, 3, 7, 9],
  endsAtOnce: false,
  inLab: true,
  keepsPlanFile: true,
  // Its clusters are its own and it takes no credentials.
  strangers: 'always',
  work: () => import('./run.ts'),
};
