import type { Family, NetworkId } from './fleet.ts';

export interface Smoke {
  /** Absent: the probe image of the program's release. */
  image?: string;
  defaultPodNetwork: Family[];
  networks: 'all' | 'none' | NetworkId[];
  thresholds: { lossPercent: number; rttP95Ms: number };
  /** A probe in every network on every node, instead of one in every network. */
  perNode?: true;
  /** The probes keep running after the test. */
  keepProbes?: true;
  /** Where ping sockets are forbidden a probe may have NET_RAW instead. */
  netRaw?: true;
}
