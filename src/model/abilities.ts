/** What an API can do with objects of a kind. */
export interface Abilities {
  /** PATCH takes application/apply-patch+yaml, and who owns which field is recorded. */
  serverSideApply: boolean;
  /** Every write can be tried without storing anything (dryRun). */
  dryRun: boolean;
}

/** The same, as an API describes it. */
export interface DescribedAbilities extends Abilities {
  /**
   * Lists of the kind whose items are owned one by one, as a record of owners (FieldsV1) shows it: an example of a mark below each.
   * Absent: none. Every other list is one field.
   */
  itemLists?: { [mark: string]: unknown };
}

/** What is to be served of every kind. */
export const ALL_ABILITIES: Readonly<Abilities> = { serverSideApply: true, dryRun: true };

/** An API group that lacks something, as a plan names it. */
export interface LimitedGroup extends Abilities {
  group: string;
}
