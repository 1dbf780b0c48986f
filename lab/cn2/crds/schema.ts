/** Pieces of OpenAPI v3 schemas as CustomResourceDefinitions want them. */
export type Schema = { [key: string]: unknown };

export const text: Schema = { type: 'string' };
export const bool: Schema = { type: 'boolean' };
export const integer: Schema = { type: 'integer' };
export const int32: Schema = { type: 'integer', format: 'int32' };
export const int64: Schema = { type: 'integer', format: 'int64' };
export const texts: Schema = { type: 'array', items: text };
/** A part whose fields are not told apart: everything in it is kept. */
export const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
export const labels: Schema = { type: 'object', additionalProperties: text };

/** A part with named fields: everything else in it is pruned. */
export function object(properties: Record<string, Schema>, required?: string[]): Schema {
  return { type: 'object', properties, ...(required ? { required } : {}) };
}

/** A list without list type, so an atomic one. */
export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export const selector: Schema = object({
  matchLabels: labels,
  matchExpressions: list(object({ key: text, operator: text, values: texts }, ['key', 'operator'])),
});

export const reference: Schema = object({
  apiVersion: text,
  kind: text,
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: text,
  fieldPath: text,
  fqName: texts,
});

export const conditions: Schema = list(
  object(
    {
      type: text,
      status: text,
      reason: text,
      message: text,
      lastTransitionTime: text,
      lastUpdateTime: text,
      name: text,
      operation: text,
    },
    ['type', 'status'],
  ),
);
