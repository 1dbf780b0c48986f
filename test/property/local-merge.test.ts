import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemListsOf } from '../../src/adapters/kubernetes/list-types.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { below, common, masked, valueAt } from '../../src/plan/field-set.ts';
import { sameJson } from '../../src/plan/json.ts';
import { mergeLocally } from '../../src/plan/local-merge.ts';
import { ownEntry } from '../../src/plan/ownership.ts';
import { recordOf } from '../../src/plan/record.ts';
import { SAMPLE_DEFINITION, SAMPLES, sample, sampleSpec, variation, varied } from '../support/list-types.ts';
import { apply, created, shown } from '../support/simulated-apply.ts';

const history = fc.array(fc.record({ manager: fc.constantFrom('cn2-fleet', 'another', 'kubectl'), spec: sampleSpec }), {
  maxLength: 3,
});
const PLACE = { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '1' };
const { versions } = SAMPLE_DEFINITION['spec'] as { versions: { schema: { openAPIV3Schema: object } }[] };
const SCHEMA = versions[0]!.schema.openAPIV3Schema;
/** Fields whose type a merge does not have to know. */
const PLAIN = ['number', 'text', 'map'];

/** How the lists of the kind are owned, as a description says it. */
const LISTS = itemListsOf(
  { components: { schemas: { sample: { ...SCHEMA, 'x-kubernetes-group-version-kind': [SAMPLES] } } } },
  SAMPLES,
);

/** An object with a history, and what is applied to it next. */
const drawn = fc.record({ before: history, ours: sampleSpec, after: history, how: variation });

function play({ before, ours, after, how }: typeof drawn extends fc.Arbitrary<infer Drawn> ? Drawn : never) {
  let object = created();
  for (const { manager, spec } of before) object = apply(object, manager, spec);
  object = apply(object, 'cn2-fleet', ours);
  for (const { manager, spec } of after) object = apply(object, manager, spec);
  const spec = varied(ours, how);
  return { object, spec, wanted: sample('x', spec), live: shown(object, PLACE) };
}

function specOf(object: KubernetesObject): Record<string, unknown> {
  return (object['spec'] ?? {}) as Record<string, unknown>;
}

describe('applying on our side', () => {
  test('sets what is declared, keeps what nobody of us ever had, and comes to rest', () => {
    fc.assert(
      fc.property(drawn, (how) => {
        const { wanted, live } = play(how);
        const { result } = mergeLocally(wanted, live);
        const record = ownEntry(result)!.fieldsV1!;
        for (const path of common(record, record)) {
          const value = valueAt(wanted, path);
          // Nothing is taken out of a map by declaring it empty.
          if (sameJson(value, {}) && typeof valueAt(live, path) === 'object') continue;
          expect(valueAt(result, path)).toEqual(value);
        }
        const ours = ownEntry(live)?.fieldsV1 ?? {};
        for (const [key, value] of Object.entries((specOf(live)['map'] ?? {}) as object)) {
          const path = ['f:spec', 'f:map', `f:${key}`];
          const touched = [ours, record].some((tree) =>
            sameJson(masked({ spec: { map: { [key]: 1 } } }, tree), { spec: { map: { [key]: 1 } } }),
          );
          if (!touched) expect(valueAt(result, path)).toEqual(value);
        }
        const again = mergeLocally(wanted, result);
        expect(again.result).toEqual(result);
        expect(again.conflicts).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('a map that others declared empty, and one of them filled later, keeps what is theirs', () => {
    const { wanted, live } = play({
      before: [],
      ours: {},
      after: [
        { manager: 'another', spec: {} },
        { manager: 'kubectl', spec: { map: { a: 0 } } },
      ],
      how: { type: 'other', spec: { keyed: [{ name: 'a' }] } },
    } as Parameters<typeof play>[0]);
    expect(specOf(mergeLocally(wanted, live).result)).toEqual({ map: { a: 0 }, keyed: [{ name: 'a' }] });
  });

  test('does what a server does, wherever list types do not matter', () => {
    let removed = 0;
    fc.assert(
      fc.property(drawn, (how) => {
        const { object, spec, wanted, live } = play(how);
        const server = specOf(shown(apply(object, 'cn2-fleet', spec), PLACE));
        const here = specOf(mergeLocally(wanted, live).result);
        for (const field of PLAIN) {
          if (sameJson(spec[field], {}) || sameJson(specOf(live)[field], {})) continue;
          expect([field, here[field]]).toEqual([field, server[field]]);
          if (specOf(live)[field] !== undefined && here[field] === undefined) removed++;
        }
      }),
      { numRuns: 600 },
    );
    expect(removed).toBeGreaterThan(10);
  });

  test('tells items of lists apart where records show that they are', () => {
    let compared = 0;
    fc.assert(
      fc.property(drawn, (how) => {
        const { object, spec, wanted, live } = play(how);
        const own = (ownEntry(live)?.fieldsV1 as { 'f:spec'?: Record<string, object> } | undefined)?.['f:spec'] ?? {};
        const server = specOf(shown(apply(object, 'cn2-fleet', spec), PLACE));
        const here = specOf(mergeLocally(wanted, live).result);
        for (const field of ['keyed', 'ports', 'set']) {
          const shows = Object.keys(own[`f:${field}`] ?? {}).some((mark) => /^[kv]:/.test(mark));
          const given = spec[field] as unknown[] | undefined;
          if (!shows || given === undefined || given.length === 0 || !given.every(hasKey)) continue;
          compared++;
          expect([field, texts(here[field])]).toEqual([field, texts(server[field])]);
        }
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test('by the description alone, where nobody keeps records', () => {
    let compared = 0;
    fc.assert(
      fc.property(sampleSpec, sampleSpec, variation, (ours, theirs, how) => {
        // Nobody's records: what was applied last is all there is.
        const object = apply(apply(created(), 'another', theirs), 'cn2-fleet', ours);
        const spec = varied(ours, how);
        const { managedFields: _, ...metadata } = shown(object, PLACE).metadata;
        const fieldsV1 = recordOf(sample('x', ours), { record: LISTS! }) as { [mark: string]: never };
        const entry = { manager: 'cn2-fleet', operation: 'Apply' as const, apiVersion: 'test.example/v1', fieldsV1 };
        const live = { ...shown(object, PLACE), metadata: { ...metadata, managedFields: [entry] } };
        const here = specOf(mergeLocally(sample('x', spec), live, LISTS).result);
        for (const field of ['keyed', 'ports', 'set']) {
          const lists = [spec[field], (ours as Record<string, unknown>)[field]] as (unknown[] | undefined)[];
          if (!lists.every((list) => list !== undefined && list.length > 0 && list.every(hasKey))) continue;
          compared++;
          const [wanted, before, there] = [spec[field], (ours as Record<string, unknown>)[field], specOf(live)[field]].map(keys);
          // What others put there stays, what was applied and is wanted no more goes.
          const expected = new Set([...wanted!, ...there!.filter((key) => !before!.includes(key))]);
          expect([field, keys(here[field]).sort()]).toEqual([field, [...expected].sort()]);
        }
      }),
      { numRuns: 600 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test('the record of what is applied is the one that a server keeps, but for the marks of empty maps, where nothing tells lists apart', () => {
    fc.assert(
      fc.property(sampleSpec, ({ keyed: _, ports: __, set: ___, atomicMap: ____, ...spec }) => {
        const live = shown(apply(created(), 'cn2-fleet', spec), PLACE);
        const record = Object.keys(spec).length === 0 ? { 'f:spec': {} } : ownEntry(live)!.fieldsV1!;
        const here = recordOf(sample('x', spec));
        expect(withoutMarks(here)).toEqual(withoutMarks(record));
        for (const path of common(here, here)) {
          const empty = sameJson(valueAt(sample('x', spec), path), {});
          expect(Object.keys(below(here, path)!)).toEqual(empty ? ['.'] : []);
        }
      }),
    );
  });
});

/** A record without what says that a map itself is owned. */
function withoutMarks(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return record;
  return Object.fromEntries(Object.entries(record).flatMap(([mark, part]) => (mark === '.' ? [] : [[mark, withoutMarks(part)]])));
}

/** Items whatever their order. */
function texts(list: unknown): string[] {
  return ((list ?? []) as unknown[]).map((item) => JSON.stringify(sorted(item))).sort();
}

/** What items of a list are known by. */
function keys(list: unknown): string[] {
  return ((list ?? []) as unknown[]).map((item) => {
    if (typeof item !== 'object' || item === null) return String(item);
    const { name, containerPort, protocol } = sorted(item) as Record<string, unknown>;
    return `${name ?? ''} ${containerPort ?? ''} ${protocol ?? ''}`;
  });
}

/** Whether a server takes it as an item of a keyed list. */
function hasKey(item: unknown): boolean {
  return typeof item !== 'object' || item === null || 'name' in item || 'containerPort' in item;
}

/** An item with the default of its key, keys in one order. */
function sorted(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const full = 'containerPort' in item ? { protocol: 'TCP', ...item } : item;
  return Object.fromEntries(Object.entries(full).sort(([a], [b]) => (a < b ? -1 : 1)));
}
