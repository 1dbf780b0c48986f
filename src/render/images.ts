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
  visit(object, [], (image, path) => {
    found.push({ path, image });
    return image;
  });
  return found;
}

/** The object with the registry of every container image replaced; the same object where no registry is given. */
export function withRegistry(object: KubernetesObject, registry: string | undefined): KubernetesObject {
  if (registry === undefined) return object;
  return visit(object, [], (image) => mirrored(image, registry)) as KubernetesObject;
}

/** An image with what stands before its last '/' replaced by a registry. */
export function mirrored(image: string, registry: string | undefined): string {
  if (registry === undefined) return image;
  return `${registry}/${image.slice(image.lastIndexOf('/') + 1)}`;
}

/** The tag of an image: '' when it has none. A digest after '@' does not count. */
export function tagOf(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/@.*$/, '');
  const colon = name.indexOf(':');
  return colon < 0 ? '' : name.slice(colon + 1);
}

/** Copies a value, with every container's image put through `change`. */
function visit(value: unknown, path: ObjectPath, change: (image: string, path: ObjectPath) => string): unknown {
  if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index], change));
  if (typeof value !== 'object' || value === null) return value;
  const inContainer = typeof path.at(-1) === 'number' && CONTAINER_LISTS.includes(String(path.at(-2)));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const here = [...path, key];
      if (inContainer && key === 'image' && typeof member === 'string') return [key, change(member, here)];
      return [key, visit(member, here, change)];
    }),
  );
}
