import { DEFINED_GROUPS } from '../cn2/main-server.ts';
import { CORE } from '../cn2/names.ts';

/** Groups whose kinds appear on a cluster only with CN2: an absent kind of theirs is "not yet", of any other group "never". */
export const CN2_GROUPS: ReadonlySet<string> = new Set([...DEFINED_GROUPS, CORE]);
