import { canonicalAddress, canonicalCidr } from '../declare/cidr.ts';
import { isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';

/**
 * The desired object with the live object's spelling of networks and addresses that mean the same: fd85::3:0000/112 made by hand is
 * fd85::3:0/112, and writing it differently is not a change anybody wants. An atomic list keeps its own spelling when it differs elsewhere.
 */
export function withLiveSpelling(desired: KubernetesObject, live: KubernetesObject): KubernetesObject {
  if (!isFields(desired['spec'])) return desired;
  return { ...desired, spec: spelled(desired['spec'], live['spec']) };
}

function spelled(wanted: unknown, live: unknown): unknown {
  if (typeof wanted === 'string' && typeof live === 'string') return sameAddress(wanted, live) ? live : wanted;
  if (Array.isArray(wanted) && Array.isArray(live) && wanted.length === live.length) {
    return wanted.map((item, index) => spelled(item, live[index]));
  }
  if (!isFields(wanted) || !isFields(live)) return wanted;
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, spelled(value, ownMember(live, key))]));
}

/** The same network or the same address, spelled in whatever way. */
function sameAddress(a: string, b: string): boolean {
  if (a === b) return true;
  // Cheap test first: most texts of a manifest are neither.
  if (!/^[0-9a-fA-F:.]+(\/\d+)?$/.test(a) || !/^[0-9a-fA-F:.]+(\/\d+)?$/.test(b)) return false;
  if (a.includes('/') || b.includes('/')) return canonicalCidr(a) === canonicalCidr(b);
  return a.includes(':') && canonicalAddress(a) === canonicalAddress(b);
}
