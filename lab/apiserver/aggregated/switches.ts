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
  /** broken: its OpenAPI description is answered with 500. */
  openapi: 'served' | 'broken';
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
  openapi: 'served',
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

const VALUES: Record<keyof Switches, (value: unknown) => boolean> = {
  serverSideApply: (value) => value === 'served' || value === 'off',
  dryRun: (value) => value === 'served' || value === 'off' || value === 'refused',
  managedFields: (value) => value === 'served' || value === 'off',
  openapi: (value) => value === 'served' || value === 'broken',
  delay: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
  down: (value) => typeof value === 'boolean',
};

/** Switches from JSON that names some of them; the others are as in ALL_SERVED. Throws with what is wrong. */
export function switchesOf(text: string): Switches {
  const asked: unknown = JSON.parse(text);
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) throw new Error('not an object');
  for (const [name, value] of Object.entries(asked)) {
    if (!Object.hasOwn(VALUES, name)) throw new Error(`there is no switch ${JSON.stringify(name)}`);
    if (!VALUES[name as keyof Switches](value)) throw new Error(`${name} cannot be ${JSON.stringify(value)}`);
  }
  return { ...ALL_SERVED, ...asked };
}
