import { Redactor } from './redactor.ts';
import { formsOfSecret } from './secret-forms.ts';

/**
 * A copy of a document in which every known secret value is replaced by `(secret)`, in keys and values, however deep, and in whatever
 * form it may be there. `secrets`: those of the run, or values.
 */
export function redact<Document>(document: Document, secrets: Redactor | readonly string[]): Document {
  return redactorOf(secrets).document(document);
}

/** The same for a line of text: progress, error messages. */
export function redactText(text: string, secrets: Redactor | readonly string[]): string {
  return redactorOf(secrets).text(text);
}

/** Every text under which one of these may show up, longest first. */
export function allSecretForms(secrets: readonly string[]): string[] {
  return [...new Set(secrets.flatMap(formsOfSecret))].sort((a, b) => b.length - a.length);
}

function redactorOf(secrets: Redactor | readonly string[]): Redactor {
  if (secrets instanceof Redactor) return secrets;
  const redactor = new Redactor();
  for (const secret of secrets) redactor.reveal(secret, { whole: true });
  return redactor;
}
