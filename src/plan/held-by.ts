import type { Change } from '../model/plan.ts';
import { ADMISSION } from './rewritten.ts';

/** The change with those who hold what it removes, sorted; as it is where nobody else is recorded. */
export function withHolders(change: Change): Change {
  const names = change.fields.flatMap(({ after, conflictsWith }) =>
    after === undefined && conflictsWith !== undefined && conflictsWith !== ADMISSION ? conflictsWith.split(', ') : [],
  );
  return names.length === 0 ? change : { ...change, heldBy: [...new Set(names)].sort() };
}
