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
  { name: 'pull-request-labels', description: 'Which of the input labels it has, separated by commas.' },
  { name: 'pull-request-assignees', description: 'Which of the input assignees it is assigned to, separated by commas.' },
  {
    name: 'pull-request-reviewers',
    description: 'Of whom of the input reviewers a review is requested now, separated by commas.',
  },
  {
    name: 'pull-request-team-reviewers',
    description: 'Of which of the input team-reviewers a review is requested now, separated by commas.',
  },
] as const;
