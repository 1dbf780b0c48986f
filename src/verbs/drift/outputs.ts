import { COMPARED, PAGE_PATH } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [
  ...COMPARED,
  PAGE_PATH,
  {
    name: 'issues',
    description: 'Numbers of the open issues about clusters that drifted or could not be judged, separated by commas.',
  },
  { name: 'pull-request-number', description: 'Number of the proposed pull request.' },
  { name: 'pull-request-url', description: 'Address of its page.' },
] as const;
