import { CONFIGPLANE, CORE } from '../cn2/names.ts';
import type { Fields } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import { type FieldPath, owns } from './field-set.ts';

/**
 * What CN2 takes when the object is made and nobody has a published way to change in place: the cluster's name is part of the name of
 * every namespace K-…, addresses out of the subnets are in use, and vRouters and route targets of the cluster go by its port and number
 * (derived; there is no list).
 */
const IMMUTABLE: Record<string, readonly RegExp[]> = {
  [`${CONFIGPLANE}/Kubemanager`]: [
    /^\/spec\/(clusterName|podV4Subnet|podV6Subnet|serviceV4Subnet|serviceV6Subnet|listenerPort|constantRouteTargetNumber)$/,
  ],
  [`${CORE}/Subnet`]: [/^\/spec\/cidr$/],
  [`${CORE}/VirtualNetwork`]: [/^\/spec\/(v4|v6)SubnetReference\/(namespace|name)$/],
};

/**
 * Whether a change needs the object to be recreated. A field that is set for the first time does not count, nor does one that somebody
 * else has added and that goes again: `own`, our record of owners, does not have it.
 */
export function needsReplacement(object: KubernetesObject, fields: readonly FieldChange[], own: Fields | undefined): boolean {
  const patterns = IMMUTABLE[`${groupOf(object.apiVersion)}/${object.kind}`] ?? [];
  return fields.some(
    ({ path, before, after, conflictsWith }) =>
      before !== undefined &&
      (after !== undefined || (conflictsWith === undefined && owns(own, marksOf(path)))) &&
      (patterns.some((pattern) => pattern.test(path)) || isTakenBack(object, path, before, after)),
  );
}

/** A provider network stays one: "cannot be updated from true to false" (type VirtualNetworkSpec). */
function isTakenBack({ kind, apiVersion }: KubernetesObject, path: string, before: unknown, after: unknown): boolean {
  const isNetwork = kind === 'VirtualNetwork' && groupOf(apiVersion) === CORE;
  return isNetwork && path === '/spec/isProviderNetwork' && before === true && after !== true;
}

/** A path through maps alone, as a record of owners has it. */
function marksOf(path: string): FieldPath {
  return path
    .split('/')
    .slice(1)
    .map((name) => `f:${name}`);
}

/** Whether the server refuses an update because of what the object already is (Kubernetes' own words). */
export function saysImmutable(message: string): boolean {
  return /immutable|cannot change|may not be (changed|modified)|updates to .* are forbidden/i.test(message);
}
