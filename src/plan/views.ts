import type { Change } from '../model/plan.ts';

/** A change without what is shown beside it for people: only the rest is approved, bound and compared. */
type ChangeMeaning = Omit<Change, 'grants' | 'takes' | 'disrupts' | 'heldBy' | 'patched'>;

/** The part of a change that means something. */
export function withoutViews({
  grants: _given,
  takes: _owners,
  disrupts: _cut,
  heldBy: _others,
  patched: _merged,
  ...meaning
}: Change): ChangeMeaning {
  return meaning;
}
