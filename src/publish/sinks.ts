import type { RunOrigin } from '../model/forge.ts';
import { type Forge, ForgeError } from '../ports/forge.ts';

/** Where results go, and what run they are of. */
export interface Sinks {
  forge: Forge;
  origin: RunOrigin;
}

/** What publishing has written, for the outputs of the step. */
export interface Published {
  /** Sentences about what could not be written. */
  failures: ForgeError[];
  commentId?: number;
  issues?: number[];
}

/** Writes to one sink; a failure is kept, so that one sink that refuses does not silence the others. */
export async function attempt<Result>(published: Published, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    if (!published.failures.some((known) => isSame(known, error))) published.failures.push(error);
    return undefined;
  }
}

/** The same dead network or missing permission is said once, whatever it kept from being written. */
function isSame(one: ForgeError, other: ForgeError): boolean {
  const scope = ({ permission }: ForgeError) => permission?.split(':')[0];
  return one.message === other.message || (scope(one) !== undefined && scope(one) === scope(other));
}

/**
 * The line below a text that says which run wrote it. Markdown; undefined outside a workflow. `page`: of a command whose page the shipped
 * workflow keeps, among the artifacts of the run.
 */
export function runFooter({ runUrl, order }: RunOrigin, { page = false } = {}): string | undefined {
  if (runUrl === undefined) return undefined;
  const kept = page ? `, and its [artifacts](${runUrl}#artifacts) a page of it, where the workflow keeps that` : '';
  return `<sub>[Run ${order.run}${order.attempt > 1 ? `, attempt ${order.attempt}` : ''}](${runUrl}) of cn2-fleet; its summary has everything that is too long to show here${kept}.</sub>`;
}
