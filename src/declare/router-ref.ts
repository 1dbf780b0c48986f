import type { RouterRef } from '../model/fleet.ts';

/** Label by which routers find each other unless others are declared; its value is the router's name. */
const ROUTER_LABEL = 'vnr';

/** A router as a connection names it. */
export interface NamedRouter {
  name: string;
  labels: Record<string, string>;
  /** The labels are declared: only then may connections share the router. */
  labelled: boolean;
}

/** The name and the labels of a router, the default ones where none are declared. */
export function namedRouter(ref: RouterRef): NamedRouter {
  if (typeof ref === 'string') return { name: ref, labels: { [ROUTER_LABEL]: ref }, labelled: false };
  return { ...ref, labelled: true };
}

/** Whether two sets of labels are the same. */
export function sameLabels(one: Record<string, string>, other: Record<string, string>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && one[key] === other[key]);
}
