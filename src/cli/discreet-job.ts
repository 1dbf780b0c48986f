import type { Job } from '../ports/job.ts';
import type { Redactor } from '../report/redactor.ts';

/** The job of a workflow, in which no output, summary or annotation has a secret in it; the runner hides each in its log. */
export function discreetJob(job: Job, secrets: Redactor): Job {
  secrets.onMask((text) => job.mask(text));
  return {
    ...job,
    output: (name, value) => job.output(name, secrets.json(value)),
    summary: (markdown) => job.summary(secrets.text(markdown)),
    notice: (level, text) => job.notice(level, secrets.text(text)),
  };
}
