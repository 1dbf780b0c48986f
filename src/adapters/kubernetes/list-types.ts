import { type Fields, isFields, ownMember } from '../../model/json-object.ts';
import type { Resource } from '../../model/kubernetes.ts';

/** Schemas nest, and some refer to themselves. */
const DEEPEST = 24;

/**
 * Which lists of a kind have items that are owned one by one, as a record of owners shows it: an example of a mark below each such
 * list. Undefined: no list has, or the description does not say what the kind looks like.
 */
export function itemListsOf(description: Fields, resource: Resource): Fields | undefined {
  const components = isFields(description['components']) ? description['components']['schemas'] : undefined;
  const schemas = [components, description['definitions']].find(isFields) ?? {};
  const schema = Object.values(schemas).find((each) => isOfKind(each, resource));
  const properties = isFields(schema) && isFields(schema['properties']) ? schema['properties'] : {};
  const content = Object.entries(properties).filter(([name]) => !['apiVersion', 'kind', 'metadata', 'status'].includes(name));
  return membersOf(Object.fromEntries(content), schemas, 0);
}

function isOfKind(schema: unknown, { group, version, kind }: Resource): boolean {
  const kinds = isFields(schema) ? schema['x-kubernetes-group-version-kind'] : undefined;
  return (
    Array.isArray(kinds) &&
    kinds.some((each) => isFields(each) && each['group'] === group && each['version'] === version && each['kind'] === kind)
  );
}

function membersOf(properties: Fields, schemas: Fields, depth: number): Fields | undefined {
  const members = Object.entries(properties).flatMap(([name, schema]): [string, Fields][] => {
    const part = partOf(schema, schemas, depth + 1);
    return part === undefined ? [] : [[`f:${name}`, part]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function partOf(given: unknown, schemas: Fields, depth: number): Fields | undefined {
  if (depth > DEEPEST || !isFields(given)) return undefined;
  const schema = resolved(given, schemas);
  if (isFields(schema['properties'])) return membersOf(schema['properties'], schemas, depth);
  const keys = schema['x-kubernetes-list-map-keys'];
  if (schema['x-kubernetes-list-type'] === 'set') return { 'v:""': {} };
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(keys) || keys.length === 0) return undefined;
  const mark = `k:${JSON.stringify(Object.fromEntries([...keys].sort().map((key) => [String(key), ''])))}`;
  return { [mark]: partOf(schema['items'], schemas, depth + 1) ?? {} };
}

/** A schema that another one refers to, with what stands beside the reference. */
function resolved(schema: Fields, schemas: Fields): Fields {
  const all = Array.isArray(schema['allOf']) ? schema['allOf'].filter(isFields) : [];
  const name = [schema, ...all].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref.split('/').at(-1) ?? ''] : []))[0];
  const other = name === undefined ? undefined : ownMember(schemas, name);
  return isFields(other) ? { ...other, ...schema } : schema;
}
