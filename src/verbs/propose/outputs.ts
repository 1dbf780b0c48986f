import { COMPARED } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [
  ...COMPARED,
  { name: 'pull-request-number', description: 'Number of the proposed pull request.' },
  { name: 'pull-request-url', description: 'Address of its page.' },
  {
    name: 'pull-request-operation',
    description: 'created, updated, unchanged, closed, none, approved, outdated or refused.',
  },
  { name: 'pull-request-head-sha', description: 'The commit at the head of its branch.' },
] as const;
