import type { Reporter } from '../ports/reporter.ts';
import type { Redactor } from '../report/redactor.ts';

/** A reporter whose events hold no secret, before it clips or colours them. */
export function discreetReporter<Screen extends Reporter>(reporter: Screen, secrets: Redactor): Screen {
  return { ...reporter, progress: (event) => reporter.progress(secrets.document(event)) };
}
