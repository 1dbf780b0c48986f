import { CORE, KUBECONFIG_KEY } from '../cn2/names.ts';
import { canonicalAddress, canonicalCidr } from '../declare/cidr.ts';
import { sameAccess } from '../kubeconfig/same-access.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import { sameJson } from './json.ts';
import { isSecret } from './secret-merge.ts';

/**
 * The desired object with the live object's spelling of what means the same: fd85::3:0000/112 made by hand is fd85::3:0/112, a kubeconfig in
 * a Secret may be written in many ways, and writing it differently is not a change anybody wants. An atomic list keeps its own spelling when it differs elsewhere.
 */
export function withLiveSpelling(desired: KubernetesObject, live: KubernetesObject): KubernetesObject {
  if (isSecret(desired) && isFields(desired['data'])) return { ...desired, data: sameContent(desired['data'], live['data']) };
  if (!isFields(desired['spec'])) return desired;
  return { ...desired, spec: spelled(desired['spec'], live['spec']) };
}

/** Members of a Secret's data, those of live ones where the texts in them mean the same. */
function sameContent(wanted: Fields, live: unknown): Fields {
  if (!isFields(live)) return wanted;
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const there = ownMember(live, key);
      const same = typeof value === 'string' && typeof there === 'string' && meansTheSame(key, decoded(value), decoded(there));
      return [key, same ? there : value];
    }),
  );
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** A kubeconfig that leads to the same place with the same login, a docker configuration with the same members. */
function meansTheSame(key: string, wanted: string, live: string): boolean {
  if (key === KUBECONFIG_KEY) return sameAccess(wanted, live);
  return key === '.dockerconfigjson' && sameDocument(wanted, live);
}

function sameDocument(one: string, other: string): boolean {
  try {
    return sameJson(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}

function spelled(wanted: unknown, live: unknown): unknown {
  if (typeof wanted === 'string' && typeof live === 'string') return sameAddress(wanted, live) ? live : wanted;
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.length === live.length) {
    return wanted.map((item, index) => spelled(item, live[index]));
  }
  if (!isFields(wanted) || !isFields(live)) return wanted;
  const members = Object.entries(wanted).map(([key, value]) => [key, spelled(value, ownMember(live, key))]);
  return { ...Object.fromEntries(members), ...(isSameReference(wanted, live) ? { apiVersion: live['apiVersion'] } : {}) };
}

/** References to one kind of CN2's core, which serves each of its objects in all of its versions. */
function isSameReference(wanted: Fields, live: Fields): boolean {
  const [a, b] = [wanted['apiVersion'], live['apiVersion']];
  return (
    typeof a === 'string' &&
    typeof b === 'string' &&
    groupOf(a) === CORE &&
    groupOf(b) === CORE &&
    wanted['kind'] === live['kind']
  );
}

/** The same network or the same address, spelled in whatever way. */
function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  // Cheap test first: most texts of a manifest are neither.
  if (!/^[0-9a-fA-F:.]+(\/\d+)?$/.test(a) || !/^[0-9a-fA-F:.]+(\/\d+)?$/.test(b)) return false;
  if (a.includes('/') || b.includes('/')) return canonicalCidr(a) === canonicalCidr(b);
  return a.includes(':') && canonicalAddress(a) === canonicalAddress(b);
}
