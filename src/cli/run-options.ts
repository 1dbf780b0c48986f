import type { Invocation, RunOptions } from '../verbs/verb.ts';
import { VERSION } from '../version.ts';
import { type DeclarationPlace, declarationPlace } from './declaration-place.ts';

/** The declaration as the user names it; it is there already or is to be. */
export function shownFileOf(invocation: Invocation): string {
  return invocation.text('file') ?? 'clusters.yaml';
}

/** The folder of the declaration, absolute. */
export function rootOf(invocation: Invocation): string {
  return declarationPlace(shownFileOf(invocation)).folder;
}

/** The values of the flags that all commands share. Throws UserError for what is not a number. */
export function runOptionsOf(invocation: Invocation): RunOptions & DeclarationPlace {
  const place = declarationPlace(shownFileOf(invocation));
  const rendered = invocation.text('rendered');
  return {
    ...place,
    rendered: rendered === undefined ? 'rendered' : place.local(rendered),
    only: invocation.list('only'),
    concurrency: Math.ceil(invocation.number('concurrency')),
    version: VERSION,
  };
}
