import type { Credentials } from '../ports/credentials.ts';
import type { Holder } from './fleet-lock.ts';

/** The outside world of a run that writes to clusters or measures on them, beside the connections of its session. */
export interface RunPorts extends Holder {
  credentials: Credentials;
}
