import type { Fleet } from '../model/fleet.ts';
import type { ObjectRef } from '../model/object-ref.ts';
import {
  CONTRAIL_NAMESPACE,
  CORE,
  DEFAULT_POD_NETWORK,
  DEFAULT_SERVICE_NETWORK,
  DEFAULT_SUBNETS,
  LEASE_PREFIX,
  mirroredNamespace,
  SMOKE_NAMESPACE,
} from './names.ts';

/** CN2 has these in every isolated namespace, and for every cluster. */
const MADE_BY_CN2: ReadonlyMap<string, readonly string[]> = new Map([
  ['VirtualNetwork', [DEFAULT_POD_NETWORK, DEFAULT_SERVICE_NETWORK]],
  ['Subnet', Object.values(DEFAULT_SUBNETS)],
]);

/**
 * Why an object may not be among the user's own although its kind may, and what to do instead; undefined: it may. Applied, it would be
 * taken from CN2 or from this tool; out of the files again, it would be deleted under them.
 */
export function reservedObject(
  { group, kind, namespace, name }: Pick<ObjectRef, 'group' | 'kind' | 'namespace' | 'name'>,
  { distributed }: Pick<Fleet, 'distributed'>,
): { why: string; remedy: string } | undefined {
  if (group === CORE && MADE_BY_CN2.get(kind)?.includes(name) === true)
    return {
      why: 'CN2 makes it, and would lose it when it leaves the files',
      remedy: 'Take it out; a default network is connected without being declared.',
    };
  if (kind === 'Lease' && group === 'coordination.k8s.io' && namespace === CONTRAIL_NAMESPACE && name.startsWith(LEASE_PREFIX))
    return { why: 'it is the lock of a fleet', remedy: 'Take it out, or give it another name.' };
  const smoke = [
    SMOKE_NAMESPACE,
    ...distributed.map((cluster) => mirroredNamespace(cluster.kubemanager, cluster.name, SMOKE_NAMESPACE)),
  ];
  if (namespace !== undefined && smoke.includes(namespace))
    return { why: 'the smoke test has this namespace to itself', remedy: 'Use another namespace.' };
  return undefined;
}
