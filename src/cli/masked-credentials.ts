import type { Credentials } from '../ports/credentials.ts';
import type { Job } from '../ports/job.ts';
import { secretsIn } from '../report/secret-values.ts';

/** Credentials whose values the runner hides in its log from the moment they are read, whatever prints them. */
export function maskedCredentials(credentials: Credentials, job: Job): Credentials {
  const masked = new Set<string>();
  return {
    async resolve(ref) {
      const value = await credentials.resolve(ref);
      if (value.status === 'ok' && !masked.has(value.value)) {
        masked.add(value.value);
        for (const secret of secretsIn(value.value)) job.mask(secret);
      }
      return value;
    },
  };
}
