import { CHANGED } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [CHANGED] as const;
