import { FIELD_MANAGER } from '../cn2/names.ts';
import { isFields } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';

/**
 * A Deployment whose strategy becomes Recreate keeps the rollingUpdate that the API server once defaulted. Nobody owns that field, so no
 * apply takes it away, and beside Recreate it is refused (measured on Kubernetes 1.36). It goes when our record owns it first: it is a
 * closed path of such an object, and what is below serves to preview the rest.
 */
export function keepsRollingUpdate(desired: KubernetesObject, live: KubernetesObject | undefined): live is KubernetesObject {
  if (desired.kind !== 'Deployment' || groupOf(desired.apiVersion) !== 'apps' || live === undefined) return false;
  return strategyOf(desired)['type'] === 'Recreate' && strategyOf(live)['rollingUpdate'] !== undefined;
}

/** The object with the strategy that is there: what a server can try of it. */
export function withStrategyOf(desired: KubernetesObject, live: KubernetesObject): KubernetesObject {
  return withStrategy(desired, strategyOf(live));
}

/** What the server's answer to that would be with the strategy that is wanted, the field that has to go first still in it. */
export function withWantedStrategy(result: KubernetesObject, desired: KubernetesObject): KubernetesObject {
  const object = withStrategy(result, { ...strategyOf(result), ...strategyOf(desired) });
  const marks = Object.fromEntries(Object.keys(strategyOf(desired)).map((name) => [`f:${name}`, {}]));
  const managedFields = object.metadata.managedFields?.map((entry) => {
    const { fieldsV1 } = entry;
    const spec = fieldsV1?.['f:spec'];
    const own = entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && (entry.subresource ?? '') === '';
    return own && isFields(spec) ? { ...entry, fieldsV1: { ...fieldsV1, 'f:spec': { ...spec, 'f:strategy': marks } } } : entry;
  });
  return { ...object, metadata: { ...object.metadata, ...(managedFields === undefined ? {} : { managedFields }) } };
}

function strategyOf({ spec }: KubernetesObject): Record<string, unknown> {
  return isFields(spec) && isFields(spec['strategy']) ? spec['strategy'] : {};
}

function withStrategy(object: KubernetesObject, strategy: Record<string, unknown>): KubernetesObject {
  return { ...object, spec: { ...(isFields(object['spec']) ? object['spec'] : {}), strategy } };
}
