/** The user's own mistake or circumstance, or that of something around us: a sentence and what to do, no stack. */
export class HintedError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}
