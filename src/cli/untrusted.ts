import type { Stranger } from '../adapters/actions/stranger.ts';
import { UserError } from '../model/user-error.ts';
import type { Invocation } from './arguments.ts';

/**
 * What a run that is a stranger's (of a fork, of Dependabot) may have of a command:
 * `never`; `offline`, the command is made offline whatever its flags say; only `without` or `with` a flag; `always`.
 */
type Allowance = 'never' | 'offline' | 'always' | { without: string } | { with: string };

/** One value a command; a command that is not here is `never`. */
export const FOR_STRANGERS: Readonly<Record<string, Allowance>> = {
  validate: { without: 'live' },
  render: { with: 'check' },
  plan: 'offline',
  propose: 'never',
  apply: 'never',
  smoke: 'never',
  drift: 'never',
  init: 'never',
  // Its clusters are its own and it takes no credentials; asked before anything here is.
  lab: 'always',
};

/** Throws UserError where a stranger's run may not have the command, saying why and what to do. */
export function refuseForStranger(invocation: Pick<Invocation, 'command' | 'on'>, { origin, remedy }: Stranger): void {
  const { name } = invocation.command;
  const allowance = FOR_STRANGERS[name] ?? 'never';
  if (isAllowed(allowance, invocation)) return;
  const asked = typeof allowance === 'object' && 'without' in allowance ? `${name} --${allowance.without}` : name;
  throw new UserError(
    `this run is ${origin}: ${asked} is not for it; ${remedy}`,
    'such a run may only validate, render --check and plan, all of them without any cluster',
  );
}

function isAllowed(allowance: Allowance, { on }: Pick<Invocation, 'on'>): boolean {
  if (typeof allowance === 'string') return allowance !== 'never';
  return 'without' in allowance ? !on(allowance.without) : on(allowance.with);
}
