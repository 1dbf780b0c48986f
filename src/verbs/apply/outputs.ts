import { CHANGED, COMMENT_ID, PAGE_PATH } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [CHANGED, COMMENT_ID, PAGE_PATH] as const;
