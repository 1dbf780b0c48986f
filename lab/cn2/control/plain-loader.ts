import { setTimeout as sleep } from 'node:timers/promises';
import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { crdFiles } from '../crds/files.ts';
import type { KubeClient } from './client.ts';
import { CONFIG_MAP, CRD, JOB } from './kinds.ts';
import { definitionsIn, kindOf, objectsOf } from './objects.ts';

const LOADER_MANAGER = 'kubectl';
const POLL_MS = 50;

/**
 * What the crd loaders do in a deployer's pod: loads the kinds of the deployer's release and waits until they are served. `core`: the
 * core kinds are among them; elsewhere there are none, or an aggregated API serves them already.
 */
export async function loadCrds(client: KubeClient, deployer: KubernetesObject, core: boolean, signal: AbortSignal) {
  const files = crdFiles(tagOf(deployer));
  const objects = [files.crd, ...(core ? [files.core] : [])].flatMap(definitionsIn);
  await Promise.all(objects.map((object) => client.apply(CRD, object, LOADER_MANAGER)));
  await Promise.all(objects.map((object) => established(client, object.metadata.name, signal)));
}

/** What job apply-contrail does: applies the objects in ConfigMap contrail-cr and removes itself. */
export async function applyContrail(client: KubeClient): Promise<void> {
  const config = await client.get(CONFIG_MAP, CONTRAIL_NAMESPACE, 'contrail-cr');
  const text = (config?.data as Record<string, string> | undefined)?.['contrail-cr.yaml'];
  if (text === undefined) throw new Error('ConfigMap contrail/contrail-cr is missing');
  // A release may hold kinds that the lab does not emulate.
  for (const object of objectsOf(text)) {
    if (await isServed(client, object)) await client.apply(kindOf(object), object, LOADER_MANAGER);
  }
  await client.delete(JOB, CONTRAIL_NAMESPACE, 'apply-contrail');
}

async function isServed(client: KubeClient, object: KubernetesObject): Promise<boolean> {
  const { plural, group } = kindOf(object);
  return (await client.get(CRD, undefined, `${plural}.${group}`)) !== undefined;
}

async function established(client: KubeClient, name: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = await client.get(CRD, undefined, name);
    const conditions = (found?.status as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? [];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** The image tag of a Deployment's first container. */
function tagOf(deployment: KubernetesObject): string {
  const spec = deployment.spec as { template: { spec: { containers: { image: string }[] } } };
  return spec.template.spec.containers[0]?.image.split(':').at(-1) ?? '';
}
