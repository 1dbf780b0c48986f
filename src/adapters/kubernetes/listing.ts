import type { KubernetesObject, Resource } from '../../model/kubernetes.ts';
import { apiVersionOf } from '../../model/kubernetes.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { resourcePath, subjectOf } from './request.ts';
import type { Transport } from './transport.ts';

/** Objects per page: what the API server's own clients use. */
const PAGE = '500';
/** A continue token lives about five minutes; a listing that outlives it starts again, at most so often. */
const RESTARTS = 3;

export interface ListOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

interface Page {
  metadata?: { continue?: string; resourceVersion?: string };
  items?: KubernetesObject[] | null;
}

/** All objects of a kind with the resourceVersion to watch from. */
export async function listAll(
  transport: Transport,
  resource: Resource,
  options: ListOptions,
): Promise<{ items: KubernetesObject[]; resourceVersion: string }> {
  for (let restart = 0; ; restart++) {
    try {
      return await listOnce(transport, resource, options);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.cause !== 'gone' || restart === RESTARTS) throw error;
    }
  }
}

async function listOnce(transport: Transport, resource: Resource, options: ListOptions) {
  const items: KubernetesObject[] = [];
  // Items of built-in lists come without apiVersion and kind.
  const type = { apiVersion: apiVersionOf(resource.group, resource.version), kind: resource.kind };
  let next: string | undefined;
  for (;;) {
    const page: Page = await transport.json<Page>({
      counted: 'LIST',
      method: 'GET',
      path: resourcePath(resource, options.namespace, undefined, {
        limit: PAGE,
        continue: next,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
      }),
      subject: subjectOf('list', resource, options.namespace),
      repeatable: true,
    });
    for (const item of page.items ?? []) items.push({ ...item, ...type });
    next = page.metadata?.continue;
    if (next === undefined || next === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}
