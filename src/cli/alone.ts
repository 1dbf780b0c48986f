import { basename } from 'node:path';
import { checkoutModule } from '../adapters/node/checkout.ts';
import { nodeFiles } from '../adapters/node/files.ts';
import type { AloneVerb, Invocation, Place } from '../verbs/verb.ts';
import { rootOf, shownFileOf } from './run-options.ts';

/** Runs a command that prints as it goes; its exit code. */
export async function performAlone(
  invocation: Invocation<AloneVerb>,
  outside: Pick<Place, 'signal' | 'say' | 'print'>,
): Promise<number> {
  const root = rootOf(invocation);
  const { runAlone } = await invocation.verb.alone();
  return runAlone(invocation, {
    ...outside,
    files: nodeFiles(root),
    file: basename(shownFileOf(invocation)),
    root,
    checkout: checkoutModule,
  });
}
