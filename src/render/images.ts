import { hasOwnTag } from '../cn2/vendor-files.ts';
import type { Release } from '../model/fleet.ts';
import { ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { ObjectPath } from './vendor-document.ts';

/** An image reference and the field that holds it. */
export interface ImageUse {
  path: ObjectPath;
  image: string;
}

const CONTAINER_LISTS: readonly string[] = ['containers', 'initContainers'];

/** Every container image of an object (pod templates, `common` of CN2's kinds), in the object's order. */
export function imagesOf(object: KubernetesObject): ImageUse[] {
  const found: ImageUse[] = [];
  find(object, undefined, found);
  return found;
}

/** The way from the top to a value, the last step first: hardly any becomes a path. */
interface Step {
  key: string | number;
  before: Step | undefined;
}

function find(value: unknown, way: Step | undefined, found: ImageUse[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [key, item] of value.entries()) find(item, { key, before: way }, found);
    return;
  }
  const inContainer = typeof way?.key === 'number' && CONTAINER_LISTS.includes(String(way.before?.key));
  for (const [key, member] of Object.entries(value)) {
    const here = { key, before: way };
    if (inContainer && key === 'image' && typeof member === 'string') found.push({ path: pathTo(here), image: member });
    else find(member, here, found);
  }
}

function pathTo(last: Step): ObjectPath {
  const path: (string | number)[] = [];
  for (let step: Step | undefined = last; step !== undefined; step = step.before) path.unshift(step.key);
  return path;
}

/** The object with the registry of every container image replaced; the same object where no registry is given. */
export function withRegistry(object: KubernetesObject, registry: string | undefined): KubernetesObject {
  if (registry === undefined) return object;
  return visit(object, [], (image) => mirrored(image, registry)) as KubernetesObject;
}

/** An image with what stands before its last '/' replaced by a registry. */
function mirrored(image: string, registry: string | undefined): string {
  if (registry === undefined) return image;
  return `${registry}/${image.slice(image.lastIndexOf('/') + 1)}`;
}

/** The tag of an image: '' when it has none. A digest after '@' does not count. */
export function tagOf(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/@.*$/, '');
  const colon = name.indexOf(':');
  return colon < 0 ? '' : name.slice(colon + 1);
}

/** The name of an image: without registry, tag and digest. */
export function nameOf(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).replace(/[:@].*$/, '');
}

/** Whether an image is CN2's own by its name: others in its pods (cert-manager's, a side-car's) have releases of their own. */
export function isCn2Image(image: string): boolean {
  return nameOf(image).startsWith('contrail-');
}

/** The tag that the declaration gives an image; undefined for images that have one of their own (cert-manager's). */
export function declaredTag(image: string, { version, images = {} }: Pick<Release, 'version' | 'images'>): string | undefined {
  const own = ownMember(images, nameOf(image));
  if (typeof own === 'string') return own;
  return hasOwnTag(image) ? undefined : version;
}

/** Copies a value, with every container's image put through `change`. */
function visit(value: unknown, path: ObjectPath, change: (image: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index], change));
  if (typeof value !== 'object' || value === null) return value;
  const inContainer = typeof path.at(-1) === 'number' && CONTAINER_LISTS.includes(String(path.at(-2)));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (inContainer && key === 'image' && typeof member === 'string') return [key, change(member)];
      return [key, visit(member, [...path, key], change)];
    }),
  );
}
