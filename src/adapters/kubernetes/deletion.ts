import type { Resource } from '../../model/kubernetes.ts';
import { present } from '../../model/present.ts';
import type { Cluster, Target } from '../../ports/cluster.ts';
import { type ApiRequest, resourcePath, subjectOf } from './request.ts';

/** DELETE of one object, under the conditions that are given. */
export function deletion(
  { resource, namespace, name }: Target,
  { uid, resourceVersion, gracePeriodSeconds, propagationPolicy }: NonNullable<Parameters<Cluster['delete']>[1]>,
): ApiRequest {
  const preconditions = present({ uid, resourceVersion });
  return {
    counted: 'DELETE',
    method: 'DELETE',
    path: resourcePath(resource, namespace, name),
    body: JSON.stringify({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: propagationPolicy ?? 'Background',
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
      ...present({ gracePeriodSeconds }),
    }),
    subject: subjectOf('delete', resource, namespace, name),
    repeatable: false,
  };
}

/** DELETE of a collection: all objects of a kind in a namespace that carry a label. */
export function deletionByLabel(
  resource: Resource,
  { namespace, labelSelector }: { namespace: string; labelSelector: string },
): ApiRequest {
  return {
    counted: 'DELETE',
    method: 'DELETE',
    path: resourcePath(resource, namespace, undefined, { labelSelector }),
    body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }),
    subject: subjectOf('deletecollection', resource, namespace),
    repeatable: false,
  };
}
