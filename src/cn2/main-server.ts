import { CONFIGPLANE, DATAPLANE } from './names.ts';

/** Groups of the kinds that CN2's deployer defines by CustomResourceDefinitions (its files of definitions). */
export const DEFINED_GROUPS: ReadonlySet<string> = new Set([
  CONFIGPLANE,
  DATAPLANE,
  'controlplane.juniper.net',
  'contrailstatus.juniper.net',
  'datastore.juniper.net',
  'checks.contrail.juniper.net',
]);

/**
 * Whether Kubernetes' own API server serves a group: its own groups, and those that are defined in it. It takes server-side apply and
 * dry-runs of all of them. CN2's core kinds, and what else is not known, may come from an aggregated API.
 */
export function isOfMainServer(group: string): boolean {
  return !group.includes('.') || group.endsWith('.k8s.io') || DEFINED_GROUPS.has(group);
}
