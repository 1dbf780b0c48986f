import { createHash } from 'node:crypto';
import type { Reference } from './core-objects.ts';

/** Prefix of the labels by which CN2 finds who refers to an object. */
export const BACK_REFERENCE = 'back-reference.core.juniper.net/';
const PARENT_LABEL = 'core.juniper.net/parent';

const LONGEST_VALUE = 63;

/**
 * The label that an object carries for another one that it refers to. Both halves fit published objects: the key is the SHA3-224 of
 * `Kind_namespace_name`, the value its first 63 characters.
 */
export function backReference(kind: string, { namespace, name = '' }: Reference): Record<string, string> {
  const text = [kind, ...(namespace === undefined ? [] : [namespace]), name].join('_');
  return { [`${BACK_REFERENCE}${digest(text)}`]: text.slice(0, LONGEST_VALUE).replace(/[^A-Za-z0-9]+$/, '') };
}

/** The label that names an object's parent: the SHA3-224 of `namespace/Kind/name`, as published objects have it. */
export function parentLabel(kind: string, { namespace = '', name = '' }: Reference): Record<string, string> {
  return { [PARENT_LABEL]: digest(`${namespace}/${kind}/${name}`) };
}

function digest(text: string): string {
  return createHash('sha3-224').update(text).digest('hex');
}
