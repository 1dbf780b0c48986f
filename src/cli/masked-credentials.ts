import type { Credentials } from '../ports/credentials.ts';
import type { Redactor } from '../report/redactor.ts';

/** Credentials whose values no output shows from the moment they are read, whoever reads them. */
export function maskedCredentials(credentials: Credentials, secrets: Redactor): Credentials {
  return {
    async resolve(ref) {
      const value = await credentials.resolve(ref);
      if (value.status === 'ok') secrets.revealCredential(value.value);
      return value;
    },
  };
}
