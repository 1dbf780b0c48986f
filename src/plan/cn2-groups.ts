import { CONFIGPLANE, CORE, DATAPLANE } from '../cn2/names.ts';

/** Groups whose kinds appear on a cluster only with CN2: an absent kind of theirs is "not yet", of any other group "never". */
export const CN2_GROUPS: ReadonlySet<string> = new Set([
  CONFIGPLANE,
  DATAPLANE,
  CORE,
  'controlplane.juniper.net',
  'contrailstatus.juniper.net',
  'datastore.juniper.net',
  'checks.contrail.juniper.net',
]);
