import fc from 'fast-check';
import type { KubernetesObject, Resource } from '../../src/model/kubernetes.ts';

/** A kind with every list and map type that server-side apply knows, with defaults where they hurt: inside keyed and atomic lists. */
export const SAMPLES: Resource = { group: 'test.example', version: 'v1', kind: 'Sample', plural: 'samples', namespaced: true };

const integer = { type: 'integer' };
const text = { type: 'string' };

export const SAMPLE_DEFINITION: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'samples.test.example' },
  spec: {
    group: 'test.example',
    scope: 'Namespaced',
    names: { plural: 'samples', singular: 'sample', kind: 'Sample', listKind: 'SampleList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  number: integer,
                  text,
                  nothing: { ...text, nullable: true },
                  map: { type: 'object', additionalProperties: integer },
                  atomicMap: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: integer },
                  list: {
                    type: 'array',
                    items: { type: 'object', properties: { value: integer, filled: { ...integer, default: 7 } } },
                  },
                  set: { type: 'array', 'x-kubernetes-list-type': 'set', items: text },
                  keyed: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: {
                      type: 'object',
                      required: ['name'],
                      properties: { name: text, value: integer, filled: { ...integer, default: 7 } },
                    },
                  },
                  ports: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
                    items: {
                      type: 'object',
                      required: ['containerPort'],
                      properties: { containerPort: integer, protocol: { ...text, default: 'TCP' }, note: text },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const small = fc.integer({ min: 0, max: 2 });
const word = fc.constantFrom('a', 'b', 'c');
/** Empty lists are rare: the server keeps no record of an empty list that is owned item by item, which always leaves a doubt. */
function mostly<T>(full: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> {
  return fc.oneof({ weight: 9, arbitrary: full }, { weight: 1, arbitrary: fc.constant<T[]>([]) });
}
const some = { requiredKeys: [] as never[] };

/** Specs that often agree and often differ in one detail: values, presence, nulls, emptiness, order, keys. */
export const sampleSpec = fc.record(
  {
    number: small,
    text: word,
    nothing: fc.option(word, { freq: 9 }),
    map: fc.dictionary(word, small, { maxKeys: 2 }),
    atomicMap: fc.dictionary(word, small, { maxKeys: 2 }),
    list: fc.array(fc.record({ value: small, filled: small }, some), { maxLength: 2 }),
    set: mostly(fc.uniqueArray(word, { minLength: 1, maxLength: 3 })),
    keyed: mostly(
      fc.uniqueArray(fc.record({ name: word, value: small, filled: small }, { requiredKeys: ['name'] }), {
        selector: ({ name }) => name,
        minLength: 1,
        maxLength: 3,
      }),
    ),
    ports: mostly(
      fc.uniqueArray(
        fc.record(
          { containerPort: small, protocol: fc.constantFrom('TCP', 'UDP'), note: word },
          { requiredKeys: ['containerPort'] },
        ),
        {
          selector: ({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`,
          minLength: 1,
          maxLength: 2,
        },
      ),
    ),
  },
  some,
);

export function sample(name: string, spec: object, metadata: object = {}): KubernetesObject {
  return { apiVersion: 'test.example/v1', kind: 'Sample', metadata: { name, namespace: 'default', ...metadata }, spec };
}

/** How the wanted spec comes from the one that was applied last: the same, less by one part (removals!), or another one. */
export const variation = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'same' as const }) },
  fc.record({ type: fc.constant('less' as const), at: fc.nat() }),
  fc.record({ type: fc.constant('other' as const), spec: sampleSpec }),
);

export function varied(spec: object, how: { type: string; at?: number; spec?: object }): { [field: string]: unknown } {
  if (how.type === 'other') return { ...how.spec };
  return how.type === 'less' ? withoutTwins({ ...without(spec, how.at!) }) : { ...spec };
}

/** Without a protocol a port can be the one that stands there already, and no server takes two items of one key. */
function withoutTwins(spec: { ports?: { containerPort?: number; protocol?: string }[] }): { [field: string]: unknown } {
  if (spec.ports === undefined) return spec;
  const byKey = new Map(spec.ports.map((port) => [`${port.containerPort}/${port.protocol ?? 'TCP'}`, port]));
  return { ...spec, ports: [...byKey.values()] };
}

/** Every member and item, at whatever depth, can be the one that is left out. */
function without(value: object, at: number): object {
  const parts = Object.entries(value);
  if (parts.length === 0) return value;
  const [key, part] = parts[at % parts.length]!;
  const rest = Math.floor(at / parts.length);
  const deeper =
    typeof part === 'object' && part !== null && rest % 2 === 0 ? { [key]: without(part, Math.floor(rest / 2)) } : {};
  const next: Record<string, unknown> = Object.fromEntries(
    parts.flatMap(([name, item]) => (name === key ? Object.entries(deeper) : [[name, item]])),
  );
  return Array.isArray(value) ? Object.values(next) : next;
}
