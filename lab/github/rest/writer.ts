import type { EventOptions } from '../events.ts';
import { causeOf } from '../happenings.ts';
import type { Call, RepositoryCall, Writer } from '../http/call.ts';
import { Problem } from '../http/problem.ts';
import { fullName } from '../hub.ts';
import { accountOf } from '../state/accounts.ts';
import type { Written } from '../state/model.ts';

/** Who writes. Throws 401 for nobody. */
export function writerOf({ hub, token }: Call): Writer {
  if (token === undefined) throw new Problem(401, 'Requires authentication');
  return { account: accountOf(hub.state, token.login), ...(token.app === undefined ? {} : { app: token.app }) };
}

/** Id, author and times of something new. */
export function written(call: Call): Written {
  const { account, app } = writerOf(call);
  const now = call.hub.now();
  return { id: call.hub.nextId(), author: account.login, ...(app === undefined ? {} : { app }), createdAt: now, updatedAt: now };
}

/** Calls out what a request has brought about, which may start workflows. */
export function callOut({ hub, repository, token }: RepositoryCall, event: EventOptions): void {
  hub.happenings.emit('happened', { repository: fullName(repository), event, by: causeOf(token) });
}
