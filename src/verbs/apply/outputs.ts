import { CHANGED, COMMENT_ID } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [CHANGED, COMMENT_ID] as const;
