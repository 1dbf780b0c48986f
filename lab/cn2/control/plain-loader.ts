import { setTimeout as sleep } from 'node:timers/promises';
import { CONTRAIL_NAMESPACE } from '../../../src/cn2/names.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { crdFiles } from '../crds/files.ts';
import type { KubeClient } from './client.ts';
import { CONFIG_MAP, CRD, JOB } from './kinds.ts';
import { definitionsIn, kindOf, objectsOf } from './objects.ts';
import type { ConversionWebhook } from './plain-conversion.ts';

const LOADER_MANAGER = 'kubectl';
const POLL_MS = 50;

/**
 * What the crd loaders do in a deployer's pod: loads the kinds of the deployer's release and waits until they are served. `core`: the
 * core kinds are among them; elsewhere there are none, or an aggregated API serves them already. From 23.3 on the webhook converts them.
 */
export async function loadCrds(
  client: KubeClient,
  deployer: KubernetesObject,
  { core, webhook, signal }: { core: boolean; webhook: ConversionWebhook; signal: AbortSignal },
) {
  const files = crdFiles(tagOf(deployer));
  const objects = await Promise.all([
    ...definitionsIn(files.crd).map((object) => withFormer(client, webhook.named(object))),
    ...(core ? definitionsIn(files.core).map((object) => withFormer(client, object)) : []),
  ]);
  await Promise.all(objects.map((object) => client.apply(CRD, object, LOADER_MANAGER)));
  await Promise.all(objects.map((object) => established(client, object.metadata.name, signal)));
}

/** A definition that still serves the versions in which objects of a former release are stored. */
async function withFormer(client: KubeClient, definition: KubernetesObject): Promise<KubernetesObject> {
  const former = await client.get(CRD, undefined, definition.metadata.name);
  const spec = definition.spec as { versions: { name: string }[] };
  const stored = (former?.status as { storedVersions?: string[] } | undefined)?.storedVersions ?? [];
  const old = (former?.spec as typeof spec | undefined)?.versions ?? [];
  const kept = old.filter(({ name }) => stored.includes(name) && !spec.versions.some((version) => version.name === name));
  return { ...definition, spec: { ...spec, versions: [...spec.versions, ...kept.map((one) => ({ ...one, storage: false }))] } };
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
