import { FORWARDING_ANNOTATION, ISOLATED_LABEL, isOwnKey, NETWORK_LABEL } from '../cn2/names.ts';
import { NETWORK_KEYS } from '../declare/network-keys.ts';
import { pointer } from '../declare/pointer.ts';
import type { Edit } from '../edit/edits.ts';
import { isFields } from '../model/json-object.ts';
import type { FieldChange } from '../model/plan.ts';
import { type Answer, DERIVED, fieldByField, memberAt, NO_KEY, OWN_MARK, type Reason, type Subject } from './answer.ts';
import { asLive } from './field-path.ts';

/** A value where there is one live, else none. */
export function said(path: string, value: unknown, comment?: string): Edit[] {
  if (value === undefined) return [{ edit: 'remove', path, prune: true }];
  return [{ edit: 'set', path, value, ...(comment === undefined ? {} : { comment }) }];
}

/** Labels and annotations of an entry; undefined for other fields. */
function ofMetadata({ path: field, before }: FieldChange, at: string, parts: readonly string[]): Edit[] | Reason | undefined {
  const [metadata, map, key, ...more] = parts;
  if (metadata !== 'metadata') return undefined;
  if ((map !== 'labels' && map !== 'annotations') || key === undefined || more.length > 0 || field.includes('[')) return NO_KEY;
  if (isOwnKey(key) || key === NETWORK_LABEL) return OWN_MARK;
  return said(at + pointer(map, key), before);
}

/** A drifted namespace. */
export function ofNamespace({ change, manifest: { declaredAt: at } }: Subject): Answer {
  return fieldByField(change.fields, (field, parts) => {
    const [, map, key] = parts;
    if (map === 'labels' && key === ISOLATED_LABEL) return said(`${at}/isolated`, field.before === 'true');
    if (map === 'annotations' && key === FORWARDING_ANNOTATION) return said(`${at}/forwarding`, field.before);
    return ofMetadata(field, at, parts) ?? NO_KEY;
  });
}

const REFERENCES: readonly string[] = ['v4SubnetReference', 'v6SubnetReference', 'fqName'];
const LATER = 'As it was found on the cluster. Removing this asks for the change back.';

/** A drifted virtual network: fields that have a key become the key, others go to `spec`. */
export function ofNetwork({ change, manifest: { declaredAt: at, object } }: Subject): Answer {
  const live = asLive(object, change.fields);
  return fieldByField(change.fields, (field, parts) => {
    const metadata = ofMetadata(field, at, parts);
    if (metadata !== undefined) return metadata;
    const [, ...path] = parts;
    if (parts[0] !== 'spec' || path.length === 0) return NO_KEY;
    if (REFERENCES.includes(path[0]!)) return DERIVED;
    for (const [key, { field: row }] of Object.entries(NETWORK_KEYS)) {
      if (row.every((name, index) => path[index] === name)) return said(at + pointer(key), memberAt(live, ['spec', ...row]));
    }
    return said(`${at}/spec${pointer(...path)}`, memberAt(live, parts), LATER);
  });
}

/** A drifted subnet: the keys of the family of its network. */
export function ofSubnet({ change, manifest: { declaredAt: at, object } }: Subject): Answer {
  const live = asLive(object, change.fields);
  const keys: Record<string, () => Edit[]> = {
    cidr: () => said(`${at}/cidr`, memberAt(live, ['spec', 'cidr'])),
    defaultGateway: () => said(`${at}/gateway`, memberAt(live, ['spec', 'defaultGateway'])),
    dnsNameservers: () => said(`${at}/dns`, memberAt(live, ['spec', 'dnsNameservers'])),
    ranges: () => said(`${at}/ranges`, rangesOf(memberAt(live, ['spec', 'ranges']))),
  };
  return fieldByField(change.fields, (_field, [first, key = '']) => {
    if (first === 'metadata') return OWN_MARK;
    return (first === 'spec' && Object.hasOwn(keys, key) ? keys[key]?.() : undefined) ?? NO_KEY;
  });
}

/** The ranges of a Subnet as the declaration has them: each with the name of its collection, where that is not the usual one. */
function rangesOf(collections: unknown): unknown {
  if (!Array.isArray(collections)) return undefined;
  return collections.filter(isFields).flatMap(({ key, ipRanges }) => {
    const ranges = Array.isArray(ipRanges) ? ipRanges.filter(isFields) : [];
    return ranges.map(({ from, to }) => ({ ...(key === 'default' ? {} : { key }), from, to }));
  });
}
