import type { Stranger } from '../model/stranger.ts';
import { UserError } from '../model/user-error.ts';
import { listed } from '../report/words.ts';
import { VERBS } from '../verbs/all.ts';
import type { Allowance, Invocation } from '../verbs/verb.ts';

/** Throws UserError where an untrusted run may not have the command, saying why and what to do. */
export function refuseForStranger(invocation: Pick<Invocation, 'verb' | 'on'>, { origin, remedy }: Stranger): void {
  const { name, strangers } = invocation.verb;
  if (isAllowed(strangers, invocation)) return;
  const asked = typeof strangers === 'object' && 'without' in strangers ? `${name} --${strangers.without}` : name;
  throw new UserError(
    `this run is ${origin}: ${asked} is not allowed for it; ${remedy}`,
    `such a run may only ${listed(VERBS.flatMap(({ name, strangers }) => offered(name, strangers)))}, all of them without any cluster`,
  );
}

function isAllowed(allowance: Allowance, { on }: Pick<Invocation, 'on'>): boolean {
  if (typeof allowance === 'string') return allowance !== 'never';
  return 'without' in allowance ? !on(allowance.without) : on(allowance.with);
}

/** Of commands that look at the fleet, what an untrusted run may ask for. */
function offered(name: string, allowance: Allowance): string[] {
  if (allowance === 'never' || allowance === 'always') return [];
  return [typeof allowance === 'object' && 'with' in allowance ? `${name} --${allowance.with}` : name];
}
