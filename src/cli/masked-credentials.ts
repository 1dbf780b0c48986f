import type { Credentials } from '../ports/credentials.ts';
import type { Redactor } from '../report/redactor.ts';
import { addressSecrets } from '../report/secret-spellings.ts';
import { revealCredential, secretsIn } from '../report/secret-values.ts';

/** Credentials whose values no output shows from the moment they are read, whoever reads them. */
export function maskedCredentials(credentials: Credentials, secrets: Redactor): Credentials {
  return {
    async resolve(ref) {
      const value = await credentials.resolve(ref);
      if (value.status === 'missing') return value;
      if (value.tracked === true) secrets.distrust(secretsIn(value.value));
      revealCredential(secrets, value.value);
      return value;
    },
  };
}

const TOKENS = ['GITHUB_TOKEN', 'GH_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
const PROXY = /^(https?|all)_proxy$/i;

/** What the environment holds of secrets that are not a credential of the declaration: the tokens of a workflow, passwords of proxies. */
export function revealEnvironment(environment: Readonly<Record<string, string | undefined>>, secrets: Redactor): void {
  for (const name of TOKENS) secrets.reveal(environment[name] ?? '');
  for (const [name, value = ''] of Object.entries(environment)) {
    // Without a scheme it is one of http.
    const address = value.includes('://') ? value : `http://${value}`;
    if (PROXY.test(name)) for (const secret of addressSecrets(address)) secrets.reveal(secret);
  }
}
