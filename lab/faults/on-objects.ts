import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { ApiError, type KubeClient } from '../cn2/control/client.ts';
import { pathOf } from '../cn2/control/kinds.ts';
import { LabError } from '../kind/commands.ts';
import type { ChangeAct, CreateAct } from './fault.ts';
import type { Mechanism } from './hands.ts';

/** Who writes what faults are made of. */
export const MANAGER = 'cn2-fleet-lab-fault';
const ATTEMPTS = 5;

export const change: Mechanism<ChangeAct> = {
  async perform({ cluster, kind, namespace, name, path, to }, hands) {
    const client = await hands.client(cluster);
    await client.merge(kind, namespace, name, patchOf(path, to), MANAGER);
  },
  /** Somebody who has mended the field since is right: then nothing is written. */
  async takeBack(act, hands) {
    const client = await hands.client(act.cluster);
    const { kind, namespace, name, path, before, to } = act;
    const live = await client.get(kind, namespace, name);
    if (live === undefined || !isDeepStrictEqual(valueAt(live, path), to)) return;
    await client.merge(kind, namespace, name, patchOf(path, before ?? null), MANAGER);
    await giveBackFields(client, act);
  },
};

export const create: Mechanism<CreateAct> = {
  async perform({ cluster, kind, object }, hands) {
    const { namespace, name } = object.metadata;
    const made = await (await hands.client(cluster)).create(kind, object, MANAGER);
    if (made === undefined) throw new LabError(`${cluster} has a ${kind.kind} ${namespace}/${name} already`);
  },
  async takeBack({ cluster, kind, object }, hands) {
    const client = await hands.client(cluster);
    const { namespace, name } = object.metadata;
    const live = await client.get(kind, namespace, name);
    if (live !== undefined && isOurs(live)) await client.delete(kind, namespace, name);
  },
};

/** Fields are owned by who owned them before the fault: otherwise a plan would take them back. */
async function giveBackFields(client: KubeClient, { kind, namespace, name, owners }: ChangeAct): Promise<void> {
  if (owners.length === 0) return;
  for (let attempt = 1; ; attempt++) {
    const live = await client.get(kind, namespace, name);
    const known = new Set([MANAGER, ...owners.map(({ manager }) => manager)]);
    if (live?.metadata.managedFields?.every(({ manager }) => known.has(manager)) !== true) return;
    try {
      const restored = { ...live, metadata: { ...live.metadata, managedFields: owners } };
      await client.json('PUT', `${pathOf(kind, namespace, name)}?fieldManager=${MANAGER}`, restored);
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409) || attempt === ATTEMPTS) throw error;
    }
  }
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return metadata.managedFields?.some(({ manager }) => manager === MANAGER) ?? false;
}

function patchOf(path: readonly string[], value: unknown): object {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
