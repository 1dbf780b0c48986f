import type { LockOptions } from '../rollout/fleet-lock.ts';
import type { Invocation } from './verb.ts';

/** The values of LOCK_FLAGS. Throws UserError for what is not a number. */
export function lockOptions(invocation: Invocation): LockOptions {
  return { lockTtl: invocation.number('lock-ttl'), lockTimeout: invocation.number('lock-timeout') };
}
