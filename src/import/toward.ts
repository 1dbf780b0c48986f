import { canonicalAddress, canonicalCidr } from '../declare/cidr.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { sameJson } from '../plan/json.ts';

/** Nothing has to be changed. */
const ALIKE = Symbol('alike');

/**
 * The merge patch (RFC 7386) that makes a rendered object say what its live one says, as far as the rendered one says anything: what
 * servers have filled in is left out. Undefined: it says that already.
 */
export function patchToward(rendered: KubernetesObject, live: KubernetesObject): Fields | undefined {
  const patch = toward(content(rendered), content(live));
  return isFields(patch) ? patch : undefined;
}

/** What a patch may say: of the metadata labels and annotations, and of a Secret nothing else. */
function content({ kind, metadata, apiVersion: _version, status: _status, ...fields }: KubernetesObject): Fields {
  const { labels, annotations } = metadata;
  const { kind: _kind, ...others } = fields as Fields;
  const maps = { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
  return { ...(kind === 'Secret' ? {} : others), ...(Object.keys(maps).length === 0 ? {} : { metadata: maps }) };
}

function toward(rendered: unknown, live: unknown): unknown {
  if (isFields(rendered) && isFields(live)) {
    const members = Object.entries(rendered).flatMap(([key, value]): [string, unknown][] => {
      const there = ownMember(live, key);
      // Something empty is as good as nothing.
      if (there === undefined || there === null) return isEmpty(value) ? [] : [[key, null]];
      const patch = toward(value, there);
      return patch === ALIKE ? [] : [[key, patch]];
    });
    return members.length === 0 ? ALIKE : Object.fromEntries(members);
  }
  if (Array.isArray(rendered) && Array.isArray(live)) {
    const list = asRendered(rendered, live);
    return sameJson(list, rendered) ? ALIKE : list;
  }
  return sameValue(rendered, live) ? ALIKE : live;
}

/** The live items as far as the rendered ones say something of them; those that nothing is rendered of are whole. */
function asRendered(rendered: readonly unknown[], live: readonly unknown[]): unknown[] {
  const named = [...rendered, ...live].every((item) => isFields(item) && typeof item['name'] === 'string');
  const twinOf = (item: unknown, index: number) =>
    named ? rendered.find((other) => (other as Fields)['name'] === (item as Fields)['name']) : rendered[index];
  return live.map((item, index) => projected(item, twinOf(item, index)));
}

function projected(live: unknown, rendered: unknown): unknown {
  if (isFields(live) && isFields(rendered)) {
    const keys = Object.keys(rendered).filter((key) => Object.hasOwn(live, key));
    const missing = Object.entries(rendered).filter(([key, value]) => !Object.hasOwn(live, key) && isEmpty(value));
    return Object.fromEntries([...keys.map((key): [string, unknown] => [key, projected(live[key], rendered[key])]), ...missing]);
  }
  if (Array.isArray(live) && Array.isArray(rendered)) return asRendered(rendered, live);
  return sameValue(rendered, live) ? rendered : live;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (sameJson(a, b)) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  return a.includes('/') ? canonicalCidr(a) === canonicalCidr(b) : a.includes(':') && canonicalAddress(a) === canonicalAddress(b);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}
