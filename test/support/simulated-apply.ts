import type { Json, KubernetesObject } from '../../src/model/kubernetes.ts';

/**
 * Server-side apply in miniature over the kind of list-types.ts: what merges, what conflicts, who owns what. It exists to be compared
 * with the prefilter; the same property is tested on a real API server, too.
 */
type Spec = { [field: string]: unknown };
type Owners = Map<string, Set<string>>;

export interface SimulatedObject {
  /** Leaf path (JSON of its FieldsV1 marks) → value. */
  leaves: Map<string, Json>;
  /** Keyed lists and sets: marks of their items in order. */
  order: Map<string, string[]>;
  owners: Owners;
}

const KEYS: Record<string, string[]> = { keyed: ['name'], ports: ['containerPort', 'protocol'] };

/** Leaves and item orders of a spec, by the list types of the kind. */
function flatten(spec: Spec): Pick<SimulatedObject, 'leaves' | 'order'> {
  const leaves = new Map<string, Json>();
  const order = new Map<string, string[]>();
  const put = (marks: string[], value: unknown) => leaves.set(JSON.stringify(marks), value as Json);
  for (const [field, value] of Object.entries(spec)) {
    const mark = `f:${field}`;
    const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    if (field === 'map' && !empty) for (const [key, item] of Object.entries(value as Spec)) put([mark, `f:${key}`], item);
    else if (field === 'set' && !empty) {
      order.set(
        field,
        (value as string[]).map((item) => `v:${JSON.stringify(item)}`),
      );
      for (const item of value as string[]) put([mark, `v:${JSON.stringify(item)}`], item);
    } else if (KEYS[field] !== undefined && !empty) {
      const marks = (value as Spec[]).map((item) => keyMark(field, item));
      order.set(field, marks);
      for (const [index, item] of (value as Spec[]).entries()) {
        put([mark, marks[index]!, '.'], {});
        for (const [key, part] of Object.entries(item)) put([mark, marks[index]!, `f:${key}`], part);
      }
    } else put([mark], value);
  }
  return { leaves, order };
}

function keyMark(field: string, item: Spec): string {
  const key = Object.fromEntries(KEYS[field]!.map((name) => [name, item[name] ?? 'TCP']));
  return `k:${JSON.stringify(key)}`;
}

export function created(): SimulatedObject {
  return { leaves: new Map(), order: new Map(), owners: new Map() };
}

/** Applies by force: conflicting fields change hands, fields that are no longer sent go if nobody else owns them. */
export function apply(object: SimulatedObject, manager: string, spec: Spec): SimulatedObject {
  const sent = flatten(spec);
  const leaves = new Map(object.leaves);
  const owners: Owners = new Map([...object.owners].map(([name, paths]) => [name, new Set(paths)]));
  for (const [path, value] of sent.leaves) {
    // What the new value replaces as a whole, or is replaced by: an empty list against its items.
    for (const other of [...leaves.keys()]) if (other !== path && nested(other, path)) drop(leaves, owners, other);
    if (JSON.stringify(leaves.get(path)) !== JSON.stringify(value)) for (const paths of owners.values()) paths.delete(path);
    leaves.set(path, value);
  }
  for (const path of owners.get(manager) ?? []) {
    const shared = [...owners].some(([name, paths]) => name !== manager && paths.has(path));
    if (!sent.leaves.has(path) && !shared) leaves.delete(path);
  }
  owners.set(manager, new Set([...sent.leaves.keys()]));
  return { leaves, owners, order: mergedOrder(object.order, sent.order, leaves) };
}

function nested(a: string, b: string): boolean {
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return long.startsWith(`${short.slice(0, -1)},`);
}

function drop(leaves: Map<string, Json>, owners: Owners, path: string): void {
  leaves.delete(path);
  for (const paths of owners.values()) paths.delete(path);
}

/** Items keep their places while those that are sent come in the order in which they stand; else the order of the request wins. */
function mergedOrder(
  live: SimulatedObject['order'],
  sent: SimulatedObject['order'],
  leaves: Map<string, Json>,
): SimulatedObject['order'] {
  const merged = new Map<string, string[]>();
  for (const field of new Set([...live.keys(), ...sent.keys()])) {
    const present = (mark: string) =>
      [...leaves.keys()].some((path) => path.startsWith(JSON.stringify([`f:${field}`, mark]).slice(0, -1)));
    const old = (live.get(field) ?? []).filter(present);
    const wanted = sent.get(field) ?? [];
    const stands =
      JSON.stringify(old.filter((mark) => wanted.includes(mark))) === JSON.stringify(wanted.filter((mark) => old.includes(mark)));
    const next = stands
      ? [...old, ...wanted.filter((mark) => !old.includes(mark))]
      : [...wanted, ...old.filter((mark) => !wanted.includes(mark))];
    if (next.length > 0) merged.set(field, next);
  }
  return merged;
}

/** Content and ownership as one text: two states that mean the same have the same. */
export function meaning(object: SimulatedObject): string {
  const sorted = <T>(entries: Iterable<[string, T]>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    sorted(object.leaves),
    sorted(object.order),
    sorted([...object.owners].map(([name, paths]): [string, string[]] => [name, [...paths].sort()])),
  ]);
}

/** The object as an API server would show it. */
export function shown(object: SimulatedObject, metadata: KubernetesObject['metadata']): KubernetesObject {
  const spec: Spec = {};
  const items = new Map<string, Spec>();
  for (const [path, value] of object.leaves) {
    const [field, mark, part] = (JSON.parse(path) as string[]).map((text) => text.replace(/^f:/, ''));
    if (mark === undefined) spec[field!] = value;
    else if (field === 'map') spec[field] = { ...(spec[field] as Spec | undefined), [mark]: value };
    else if (part !== undefined && part !== '.')
      items.set(`${field} ${mark}`, { ...items.get(`${field} ${mark}`), [part]: value });
  }
  for (const [field, marks] of object.order) {
    spec[field] = marks.map((mark) => {
      if (mark.startsWith('v:')) return JSON.parse(mark.slice(2)) as unknown;
      const key = JSON.parse(mark.slice(2)) as Spec;
      return { ...key, ...items.get(`${field} ${mark}`) };
    });
  }
  const managedFields = [...object.owners].map(([manager, paths]) => ({
    manager,
    operation: 'Apply' as const,
    apiVersion: 'test.example/v1',
    fieldsV1: { 'f:spec': treeOf(paths) },
  }));
  return { apiVersion: 'test.example/v1', kind: 'Sample', metadata: { ...metadata, managedFields }, spec };
}

function treeOf(paths: ReadonlySet<string>): { [key: string]: Json } {
  const root: { [key: string]: Json } = {};
  for (const path of paths) {
    let node = root;
    for (const mark of JSON.parse(path) as string[]) {
      node[mark] ??= {};
      node = node[mark] as { [key: string]: Json };
    }
  }
  return root;
}
