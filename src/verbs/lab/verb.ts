import type { Verb } from '../verb.ts';

export const lab: Verb = {
  name: 'lab',
  summary: 'up, down, status, env, fault: local clusters for a declaration (from a checkout)',
  flags: [
    { name: 'audit', help: 'up: keep an audit log per cluster' },
    { name: 'provider', value: 'NAME', help: 'docker or podman (default: whichever works here)' },
    { name: 'cluster', value: 'NAME', help: 'fault: the cluster that it is for (default: the first distributed one)' },
    { name: 'percent', value: 'N', default: '30', help: 'fault echo-loss: how many of a hundred are lost' },
    { name: 'bytes', value: 'N', default: '1300', help: 'fault small-mtu: the largest packet that passes' },
    { name: 'undo', help: 'fault NAME: take it back' },
  ],
  words: {
    usage: 'up|down|status|env|fault [NAME]',
    oneOf: ['up', 'down', 'status', 'env', 'fault'],
    further: ['fault'],
    example: 'cn2-fleet lab up -f clusters.yaml',
  },
  formats: ['text', 'json'],
  exits: [0, 1],
  endsAtOnce: false,
  // Its clusters are its own and it takes no credentials.
  strangers: 'always',
  alone: () => import('./run.ts'),
};
