import type { Fleet } from './fleet.ts';
import { UserError } from './user-error.ts';

/** The clusters that a run is about: those that `--only` names, else every one of the fleet. */
export interface Scope {
  /** The names as they were given; empty: the whole fleet. */
  readonly only: readonly string[];
  /** Whether nothing of the fleet is left out. */
  readonly isWhole: boolean;
  /** Whether what belongs to the cluster of this name is in scope. */
  has(name: string): boolean;
}

/**
 * The scope of a run over a fleet; without names the whole fleet. Throws UserError for a name that the fleet does not have: it would
 * narrow the scope to nothing.
 */
export function scopeOf(fleet: Fleet, only: readonly string[] = []): Scope {
  const names = [fleet.central.name, ...fleet.distributed.map(({ name }) => name)];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(`--only ${unknown}: the fleet does not have this cluster`, `clusters are ${names.join(', ')}`);
  const named = new Set(only);
  const isWhole = named.size === 0;
  return { only, isWhole, has: (name) => isWhole || named.has(name) };
}
