import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { Invocation } from '../verbs/invocation.ts';
import type { RunOptions } from '../verbs/verb.ts';
import { VERSION } from './version.ts';

/** The declaration as the user names it; it is there already or is to be. */
export function shownFileOf(invocation: Invocation): string {
  return invocation.text('file') ?? 'clusters.yaml';
}

/** The folder of the declaration, absolute. */
export function rootOf(invocation: Invocation): string {
  return dirname(resolve(shownFileOf(invocation)));
}

/** The values of the flags that all commands share. Throws UserError for what is no number. */
export function runOptionsOf(invocation: Invocation): RunOptions {
  const shownFile = shownFileOf(invocation);
  const root = rootOf(invocation);
  const folder = dirname(shownFile);
  const rendered = invocation.text('rendered');
  // With slashes also on Windows: it becomes a path of the repository.
  const local = (path: string) => relative(root, resolve(path)).split(sep).join('/');
  return {
    file: basename(shownFile),
    shownFile,
    shownFolder: folder === '.' ? '' : `${folder}/`,
    rendered: rendered === undefined ? 'rendered' : local(rendered),
    only: invocation.list('only'),
    concurrency: Math.ceil(invocation.number('concurrency')),
    version: VERSION,
    local,
  };
}
