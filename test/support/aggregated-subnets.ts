import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { ApiError, type KubeClient } from '../../lab/cn2/control/client.ts';
import { cn2Kinds, pathOf } from '../../lab/cn2/control/kinds.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

/** A core kind, as raw requests name it, and the media type of server-side apply. */
export const SUBNET = cn2Kinds('v1alpha1', 'v1alpha1').subnet;
export const APPLY = 'application/apply-patch+yaml';

const DESCRIPTION = '/openapi/v3/apis/core.contrail.juniper.net/v1alpha1';
const SUBNETS = '/apis/core.contrail.juniper.net/v1alpha1/namespaces/{namespace}/subnets';
let names = 0;

/** A Subnet that is not there yet. */
export function named(namespace = 'default'): KubernetesObject {
  names += 1;
  const metadata = { namespace, name: `subnet-${names}` };
  return { apiVersion: 'core.contrail.juniper.net/v1alpha1', kind: 'Subnet', metadata, spec: { cidr: `10.0.${names}.0/24` } };
}

/** Where it is, with a query. */
export function path({ metadata: { namespace, name } }: KubernetesObject, query = ''): string {
  return `${pathOf(SUBNET, namespace, name)}${query}`;
}

/** What a request is refused with. */
export async function refused(request: Promise<unknown>): Promise<ApiError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

interface Operation {
  parameters?: { name?: string; $ref?: string }[];
  requestBody?: { content: Record<string, unknown> };
}

/** The operations on subnets, as a client reads them. */
export async function operations(client: KubeClient): Promise<{ patch: Operation; post: Operation }> {
  const description = (await client.json('GET', DESCRIPTION)) as {
    paths: Record<string, { patch?: Operation; post?: Operation }>;
  };
  return { patch: description.paths[`${SUBNETS}/{name}`]?.patch ?? {}, post: description.paths[SUBNETS]?.post ?? {} };
}

/** Whether an operation is described with the parameter dryRun. */
export function offersDryRun({ parameters = [] }: Operation): boolean {
  return parameters.some(({ name, $ref }) => name === 'dryRun' || $ref?.includes('/dryRun-') === true);
}

/** Polls until it is true. */
export async function until(condition: () => Promise<boolean>, seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s`);
    await sleep(50);
  }
}
