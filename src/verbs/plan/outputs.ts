import { COMMENT_ID, COMPARED, PAGE_PATH } from '../outputs.ts';

/** What the step of the Action sets, beside the outputs of every command. */
export const OUTPUTS = [...COMPARED, COMMENT_ID, PAGE_PATH] as const;
