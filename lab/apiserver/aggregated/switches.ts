/** What the aggregated API does not do, or does badly: may be changed while it runs. */
export interface Switches {
  /** off: PATCH takes no server-side apply, and the OpenAPI description does not offer it. */
  serverSideApply: 'served' | 'off';
  /**
   * off: the OpenAPI description knows no dryRun and a request with it is carried out for real, as an API does that has never heard of
   * the parameter. refused: it is answered with 400.
   */
  dryRun: 'served' | 'off' | 'refused';
  /** off: no answer carries metadata.managedFields. */
  managedFields: 'served' | 'off';
  /** Milliseconds before a request is passed on. */
  delay: number;
  /** Every connection is cut, those of watches too, and new ones at once. */
  down: boolean;
}

/** Everything is served, at once. */
export const ALL_SERVED: Readonly<Switches> = {
  serverSideApply: 'served',
  dryRun: 'served',
  managedFields: 'served',
  delay: 0,
  down: false,
};

/** What an API may lack, one by one, and all of it. */
export const LIMITS: readonly [string, Partial<Switches>][] = [
  ['no server-side apply', { serverSideApply: 'off' }],
  ['a dry-run that it does not know', { dryRun: 'off' }],
  ['a dry-run that it refuses', { dryRun: 'refused' }],
  ['no records of owners', { managedFields: 'off' }],
  ['none of them', { serverSideApply: 'off', dryRun: 'off', managedFields: 'off' }],
];
