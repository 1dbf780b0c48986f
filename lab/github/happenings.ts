import { EventEmitter } from 'node:events';
import type { EventOptions } from './events.ts';
import type { Token } from './state/access.ts';
import { ACTIONS_APP } from './state/accounts.ts';

/** Who has done something. */
export interface Cause {
  login: string;
  /** With the GITHUB_TOKEN of a workflow: that starts no other workflow. */
  workflowToken: boolean;
}

/** Something that may start workflows. */
export interface Happening {
  /** owner/name */
  repository: string;
  event: EventOptions;
  by: Cause;
}

/** What is called out in the twin; whoever hears it works after the request that it comes from. */
export type Happenings = EventEmitter<{
  happened: [Happening];
  /** A run goes on, waits or ends, or somebody has decided about one that waits. The state says which. */
  changed: [];
}>;

export function createHappenings(): Happenings {
  const happenings: Happenings = new EventEmitter();
  // Every run that waits for a decision listens.
  return happenings.setMaxListeners(0);
}

/** A person who pushes or clicks. */
export function personally(login: string): Cause {
  return { login, workflowToken: false };
}

/** Whoever a token acts for. */
export function causeOf(token: Token | undefined): Cause {
  return { login: token?.login ?? 'ghost', workflowToken: token?.app?.id === ACTIONS_APP.id };
}
