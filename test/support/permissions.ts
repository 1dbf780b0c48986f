import type { Permission } from '../../src/model/permission.ts';
import { VERBS } from '../../src/verbs/all.ts';

/** What the token needs, by the name of each command that has to do with GitHub. */
export const PERMISSIONS: Readonly<Record<string, readonly Permission[]>> = Object.fromEntries(
  VERBS.flatMap(({ name, github }) => (github === undefined ? [] : [[name, github.permissions]])),
);

/** What the token needs for a command. */
export function permissionsOf(command: string): readonly Permission[] {
  const permissions = PERMISSIONS[command];
  if (permissions === undefined) throw new Error(`${command} has nothing to do with GitHub`);
  return permissions;
}
