import type { Verb } from '../verb.ts';

/** Named otherwise than its command, which is a word of the language. */
export const importFleet: Verb = {
  name: 'import',
  summary: 'writes a declaration of clusters that run CN2 already; only reads them',
  flags: [
    {
      name: 'central',
      value: '[NAME=]REF',
      help: 'kubeconfig of the cluster that runs the controllers: a path, file:PATH or env:NAME, with #CONTEXT if it is not the current one',
    },
    {
      name: 'distributed',
      value: 'NAME=REF',
      repeatable: true,
      help: "a cluster that it drives, by CN2's clusterName, and its kubeconfig; repeatable",
    },
    { name: 'name', value: 'NAME', help: 'of the fleet (default: the one that the objects carry, otherwise fleet)' },
    {
      name: 'manifests',
      value: 'FOLDER',
      repeatable: true,
      help: "folder with the vendor's manifests; of several the one that fits is chosen",
    },
    {
      name: 'merge',
      help: 'adds what is found to the declaration that is there, whose comments and order stay; its clusters need not be named again',
    },
  ],
  formats: ['text', 'json'],
  exits: [0, 1, 8],
  endsAtOnce: false,
  strangers: 'never',
  mayBeginFolder: true,
  work: () => import('./run.ts'),
};
