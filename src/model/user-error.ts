import { HintedError } from './hinted-error.ts';

/** What the user asked for cannot be done so. */
export class UserError extends HintedError {
  override readonly name = 'UserError';
}
