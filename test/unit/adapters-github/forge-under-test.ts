import { type ForgeOptions, githubForge } from '../../../src/adapters/github/forge.ts';
import { type Forge, ForgeError } from '../../../src/ports/forge.ts';
import { FakeClock } from '../../support/fake-clock.ts';

export const TOKEN = 'ghs_canary0123456789';

/** A forge on a server of a test, with a clock whose waits take no time. */
export function forgeOn(apiUrl: string, options: Partial<ForgeOptions> = {}): { forge: Forge; said: string[]; clock: FakeClock } {
  const said: string[] = [];
  const clock = new FakeClock();
  const forge = githubForge({
    apiUrl,
    repository: { owner: 'octo', name: 'fleet' },
    token: TOKEN,
    clock,
    say: (text) => said.push(text),
    signal: new AbortController().signal,
    userAgent: 'cn2-fleet/test',
    ...options,
  });
  return { forge, said, clock };
}

/** The failure of a verb. No text of it holds the token. */
export async function failureOf(promise: Promise<unknown>): Promise<ForgeError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ForgeError)) throw new Error(`not a ForgeError: ${String(error)}`);
  if (`${error.message} ${error.hint} ${JSON.stringify(error)}`.includes('canary'))
    throw new Error('the token is in the failure');
  return error;
}
