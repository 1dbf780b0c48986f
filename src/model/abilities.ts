/** What an API can do with objects of a kind. */
export interface Abilities {
  /** PATCH takes application/apply-patch+yaml, and who owns which field is recorded. */
  serverSideApply: boolean;
  /** Every write can be tried without storing anything (dryRun). */
  dryRun: boolean;
}

/** What is to be served of every kind. */
export const ALL_ABILITIES: Readonly<Abilities> = { serverSideApply: true, dryRun: true };

/** An API group that lacks something, as a plan names it. */
export interface LimitedGroup extends Abilities {
  group: string;
}
