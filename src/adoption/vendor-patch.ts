import { clearSecretIn } from '../cn2/clear-secrets.ts';
import { imagesMentioned } from '../cn2/image-mentions.ts';
import { isOwnKey } from '../cn2/names.ts';
import { type Fields, isFields } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { FieldChange } from '../model/plan.ts';
import {
  type Answer,
  CLEAR_SECRET,
  CONTAINERS,
  fieldByField,
  IMAGE,
  NO_KEY,
  OWN_CONTAINER,
  OWN_MARK,
  type Reason,
} from './answer.ts';
import { asLive, hasAt } from './field-path.ts';
import { patchBetween } from './patch-between.ts';

/** A patch of an object of the vendor's manifests, and what of its fields none can say. */
export interface VendorPatch {
  merge?: Fields;
  refused: Answer['refused'];
}

/**
 * The patch that makes a vendor's object say what is live. It holds no image: these are the release's, and an upgrade would find those
 * of the release before it. So it neither adds nor takes out a container.
 */
export function vendorPatch(object: KubernetesObject, fields: readonly FieldChange[]): VendorPatch {
  const given = fieldByField(fields, (field, parts) => reasonAgainst(object, field, parts) ?? []).refused;
  const gone = goneContainers(fields);
  const itemOf = (path: string) => newItem(object, path) ?? gone.find((container) => path.startsWith(`${container}/`));
  // What brings or takes an item of a list is one thing: all of it, or nothing.
  const items = new Map(
    given.flatMap((reason) => {
      const item = itemOf(reason.field ?? '');
      return item === undefined ? [] : [[item, { ...reason, field: item }] as const];
    }),
  );
  const reasons = new Map(given.map((reason) => [reason.field, reason]));
  const refused: VendorPatch['refused'] = [];
  const kept = fields.filter(({ path, before, after }) => {
    const reason = items.get(itemOf(path) ?? '') ?? reasons.get(path);
    if (reason !== undefined && !refused.includes(reason)) refused.push(reason);
    return reason === undefined && (before ?? after) !== undefined;
  });
  const merge = patchBetween(object, asLive(object, kept), 'by-name');
  return { refused, ...(Object.keys(merge).length === 0 ? {} : { merge }) };
}

/** The outermost item of a list on the way to a field that an object does not have, as a path. */
function newItem(object: KubernetesObject, path: string): string | undefined {
  const ends = [...path.matchAll(/\[[^\]]*\]/g)].map(({ index, 0: text }) => index + text.length);
  return ends.map((end) => path.slice(0, end)).find((item) => !hasAt(object, item));
}

/** The containers that are gone, as paths. */
function goneContainers(fields: readonly FieldChange[]): string[] {
  return fields.flatMap(({ path, before, after }) => {
    const [container] = CONTAINER.exec(path) ?? [];
    return before === undefined && after !== undefined && path === `${container}/name` ? [container!] : [];
  });
}

const CONTAINER = /^.*?\/(?:containers|initContainers)\[[^\]]*\]/;

function reasonAgainst(object: KubernetesObject, field: FieldChange, [first, map, key]: readonly string[]): Reason | undefined {
  if (first === 'metadata') {
    if ((map !== 'labels' && map !== 'annotations') || key === undefined) return NO_KEY;
    return isOwnKey(key) ? OWN_MARK : undefined;
  }
  const [container] = CONTAINER.exec(field.path) ?? [];
  if (container !== undefined && !hasAt(object, container)) return OWN_CONTAINER;
  if (container === undefined ? isOfContainers(field) : field.path === `${container}/name`) return CONTAINERS;
  if (/\/image$/.test(field.path)) return IMAGE;
  const alone = patchBetween(object, asLive(object, [field]), 'by-name');
  if (imagesMentioned(alone).length > 0) return IMAGE;
  return clearSecretIn(alone) === undefined ? undefined : CLEAR_SECRET;
}

/** Whether a field has whole lists of containers, or places in one: what each of them is cannot be told. */
function isOfContainers({ path, before, after }: FieldChange): boolean {
  return /\/(?:containers|initContainers)(?:$|\/)/.test(path) || [before, after].some(hasContainers);
}

function hasContainers(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasContainers);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([key, member]) => key === 'containers' || key === 'initContainers' || hasContainers(member));
}
