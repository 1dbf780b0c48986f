import type { Verb } from '../verb.ts';

export const lab: Verb = {
  name: 'lab',
  summary: 'up, down, status, env: local clusters for a declaration (from a checkout)',
  flags: [
    { name: 'audit', help: 'up: keep an audit log per cluster' },
    { name: 'provider', value: 'NAME', help: 'docker or podman (default: whichever works here)' },
  ],
  words: { usage: 'up|down|status|env', oneOf: ['up', 'down', 'status', 'env'], example: 'cn2-fleet lab up -f clusters.yaml' },
  formats: ['text', 'json'],
  exits: [0, 1],
  endsAtOnce: false,
  // Its clusters are its own and it takes no credentials.
  strangers: 'always',
  alone: () => import('./run.ts'),
};
