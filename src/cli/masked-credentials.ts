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
        for (const secret of secretsIn(value.value)) if (!isWholeDocument(secret, value.value)) job.mask(secret);
      }
      return value;
    },
  };
}

/** A kubeconfig of several lines is hidden line by line: `users:` and `kind: Config` are words of every log. Its values are hidden. */
function isWholeDocument(secret: string, credential: string): boolean {
  return secret === credential && credential.trim().includes('\n');
}
