import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { networksOf } from './allowed.ts';
import { BACK_REFERENCE, backReference, parentLabel } from './back-references.ts';
import type { KubeClient } from './client.ts';
import { nameOf, type Reference } from './core-objects.ts';
import { finalizersOf, MANAGER } from './finalizers.ts';
import type { Informer } from './informer.ts';
import { apiVersion, type Cn2Kinds } from './kinds.ts';
import { fqName } from './server-filled.ts';

/** CN2's own route targets count up from here (observed: target-64512-8000000 and so on). */
const FIRST_TARGET = 8_000_000;
const SYSTEM_LABEL = { 'core.juniper.net/systemrt': 'true' };

interface InstanceStatus {
  state?: string;
  defaultRouteTargetReference?: Reference;
  virtualNetworkRouterRouteTargetReferences?: Record<string, unknown>;
}

/** What the routing instances are made from and for. */
export interface RoutingObjects {
  networks: Informer;
  routers: Informer;
  instances: Informer;
  targets: Informer;
}

/**
 * Gives each VirtualNetwork and each VirtualNetworkRouter a RoutingInstance of its name with a RouteTarget, and puts the target of a
 * router into the instances of the networks that it selects. What is on its way out gets none; what its owner left goes.
 */
export function routingInstances(client: KubeClient, kinds: Cn2Kinds) {
  const nextTarget = targetNames();
  return async (objects: RoutingObjects): Promise<void> => {
    const owners = [...objects.networks.items(), ...objects.routers.items()].filter(lives);
    for (const owner of owners) {
      const { namespace, name } = owner.metadata;
      const found = objects.instances.get(namespace, name);
      // A network and a router of one name would share an instance: who came first has it.
      if (found === undefined) await make(client, kinds, owner, nextTarget(objects.targets));
      else if (ownerOf(found) !== owner.metadata.uid) continue;
      else if (statusOf(found).state === undefined) await finish(client, kinds, found);
      else await complete(client, kinds, found, objects);
    }
    const living = new Set(owners.map(({ metadata }) => metadata.uid));
    for (const instance of objects.instances.items()) {
      const { namespace, name } = instance.metadata;
      if (lives(instance) && !living.has(ownerOf(instance))) await client.delete(kinds.routingInstance, namespace, name);
    }
  };
}

/** What the finalizers of an instance stand for: its target goes before it. */
export async function freeTarget(client: KubeClient, kinds: Cn2Kinds, instance: KubernetesObject): Promise<void> {
  const target = statusOf(instance).defaultRouteTargetReference?.name;
  if (target !== undefined) await client.delete(kinds.routeTarget, undefined, target);
}

/** Whether nothing of an object is left in the routing instances: then its finalizers may go. */
export function isOutOfRouting(object: KubernetesObject, instances: Informer): boolean {
  const key = nameOf(object);
  return instances
    .items()
    .every(
      (instance) =>
        ownerOf(instance) !== object.metadata.uid &&
        (object.kind !== 'VirtualNetworkRouter' ||
          statusOf(instance).virtualNetworkRouterRouteTargetReferences?.[key] === undefined),
    );
}

function targetNames(): (targets: Informer) => string {
  let highest = FIRST_TARGET - 1;
  return (targets) => {
    highest = Math.max(highest, ...targets.items().map(({ metadata }) => Number(metadata.name.split('-').at(-1)) || 0)) + 1;
    return `target-64512-${highest}`;
  };
}

async function make(client: KubeClient, kinds: Cn2Kinds, owner: KubernetesObject, target: string): Promise<void> {
  const { namespace, name, uid } = owner.metadata;
  const isNetwork = owner.kind === kinds.virtualNetwork.kind;
  const parent = { apiVersion: apiVersion(kinds.virtualNetwork), kind: owner.kind, namespace, name, uid };
  const made = await client.create(
    kinds.routingInstance,
    {
      apiVersion: apiVersion(kinds.routingInstance),
      kind: kinds.routingInstance.kind,
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        labels: { ...backReference('RouteTarget', { name: target }), ...(isNetwork ? parentLabel(owner.kind, parent) : {}) },
        finalizers: [...finalizersOf('RoutingInstance')],
        ownerReferences: [{ apiVersion: parent.apiVersion, kind: owner.kind, name, uid: uid ?? '', controller: true }],
      },
      spec: isNetwork ? { fqName: fqName(namespace, name, name), parent } : { fqName: fqName(namespace, name), parent: {} },
    },
    MANAGER,
  );
  // Undefined: made a moment ago, and the watch has not shown it yet.
  if (made) await finish(client, kinds, made);
}

/** The RouteTarget that a new instance is labelled with, and the status that names it. */
async function finish(client: KubeClient, kinds: Cn2Kinds, instance: KubernetesObject): Promise<void> {
  const { namespace, name, labels = {} } = instance.metadata;
  const label = Object.entries(labels).find(([key]) => key.startsWith(BACK_REFERENCE));
  const target = label?.[1].replace('RouteTarget_', '') ?? '';
  const made = await client.create(
    kinds.routeTarget,
    {
      apiVersion: apiVersion(kinds.routeTarget),
      kind: kinds.routeTarget.kind,
      metadata: { name: target, labels: SYSTEM_LABEL },
      spec: { fqName: [target] },
    },
    MANAGER,
  );
  await client.mergeStatus(kinds.routeTarget, undefined, target, { state: 'Success', observation: '' }, MANAGER);
  const reference = {
    ...targetReference(kinds, target),
    ...(made?.metadata.uid === undefined ? {} : { uid: made.metadata.uid }),
  };
  const status = { defaultRouteTargetReference: reference, isDefault: true, state: 'Success', observation: '' };
  await client.mergeStatus(kinds.routingInstance, namespace, name, status, MANAGER);
}

function targetReference(kinds: Cn2Kinds, name: string): object {
  return { apiVersion: apiVersion(kinds.routeTarget), kind: kinds.routeTarget.kind, name, fqName: [name], attributes: {} };
}

/** The targets of the routers that select the network of an instance, as status and labels name them. */
async function complete(client: KubeClient, kinds: Cn2Kinds, instance: KubernetesObject, objects: RoutingObjects): Promise<void> {
  const { namespace, name, labels = {} } = instance.metadata;
  const network = objects.networks.get(namespace, name);
  if (network?.metadata.uid !== ownerOf(instance) || !lives(instance) || network === undefined) return;
  const wanted: Record<string, object | null> = {};
  const wantedLabels = backReference('RouteTarget', statusOf(instance).defaultRouteTargetReference ?? {});
  for (const router of objects.routers.items().filter(lives)) {
    const target = statusOf(objects.instances.get(router.metadata.namespace, router.metadata.name)).defaultRouteTargetReference;
    if (target?.name === undefined || networksOf(router, [network]).length === 0) continue;
    wanted[nameOf(router)] = { routeTargetReferences: [target] };
    Object.assign(wantedLabels, backReference('RouteTarget', target));
  }
  const now = statusOf(instance).virtualNetworkRouterRouteTargetReferences ?? {};
  if (JSON.stringify(now) !== JSON.stringify(wanted)) {
    const gone = Object.fromEntries(Object.keys(now).map((key) => [key, null]));
    const none = Object.keys(wanted).length === 0;
    const references = { virtualNetworkRouterRouteTargetReferences: none ? null : { ...gone, ...wanted } };
    await client.mergeStatus(kinds.routingInstance, namespace, name, references, MANAGER);
  }
  const stale = Object.keys(labels).filter((key) => key.startsWith(BACK_REFERENCE) && !(key in wantedLabels));
  if (stale.length > 0 || Object.keys(wantedLabels).some((key) => labels[key] === undefined)) {
    const patch = { metadata: { labels: { ...wantedLabels, ...Object.fromEntries(stale.map((key) => [key, null])) } } };
    await client.merge(kinds.routingInstance, namespace, name, patch, MANAGER);
  }
}

function lives({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined;
}

function ownerOf({ metadata }: KubernetesObject): string | undefined {
  return metadata.ownerReferences?.[0]?.uid;
}

function statusOf(instance: KubernetesObject | undefined): InstanceStatus {
  return (instance?.['status'] ?? {}) as InstanceStatus;
}
