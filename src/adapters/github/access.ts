import type { Octokit } from 'octokit';
import { pause, type Waiting } from './patience.ts';
import { isUncertain } from './refusal.ts';

/** What every method of the forge works with. */
export interface Access {
  client(): Promise<Octokit>;
  /** The repository, as octokit's parameters. */
  at: { owner: string; repo: string };
  /** Login of the token. */
  whoami(): Promise<string>;
  waiting: Waiting;
  /** Address of the pages for people, without a trailing slash. */
  webUrl: string;
}

/** Items per page: the most that GitHub returns. */
export const PAGE = { per_page: 100 };

/** How often something is sent if its answer is lost. */
const SENDINGS = 4;

/**
 * Makes a thing that must be there once. An answer that was lost says nothing: before it is sent again, `find` looks whether it is
 * there. Gives what was made or found.
 */
export async function makeOnce<T>({ waiting }: Access, make: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await make();
    } catch (error) {
      if (!isUncertain(error) || attempt === SENDINGS || !(await pause(attempt, waiting))) throw error;
      const there = await find();
      if (there !== undefined) return there;
    }
  }
}
