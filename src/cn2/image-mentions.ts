import { isFields } from '../model/json-object.ts';
import { isImageReference } from './image-reference.ts';
import { type JsonNode, jsonNodes, pathOf } from './json-nodes.ts';

/** An image that an object names, and where. */
export interface ImageMention {
  image: string;
  path: (string | number)[];
  node: JsonNode;
}

const CONTAINER_LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers']);
/** A whole reference inside a command line: host with a dot or port, path, and a tag or digest. */
const WHOLE = /^[A-Za-z0-9-]+(?:(?:\.[A-Za-z0-9-]+)+(?::\d+)?|:\d+)\/[^:@]+(?::[^:@]+)?(?:@.+)?$/;
/** What separates words in command lines and flags. */
const WORDS = /[\s'"`=,;()<>|&]+/;

/**
 * Every image that an object names, wherever: containers of any pod template and of CN2's own kinds, image volumes, fields that are
 * called an image, and images in the environment and the command lines of containers (operators are told so what to run).
 */
export function imagesMentioned(object: unknown): ImageMention[] {
  return [...jsonNodes(object)].flatMap((node) => imagesAt(node).map((image) => ({ image, path: pathOf(node), node })));
}

/** A registry that an object names for images, and where. */
export interface RegistryMention {
  registry: string;
  path: (string | number)[];
}

/**
 * The registries that an object has its images come from where these name none: `common.defaultContainerRegistry` of CN2's operator
 * kinds (their CRDs).
 */
export function registriesMentioned(object: unknown): RegistryMention[] {
  return [...jsonNodes(object)].flatMap((node) =>
    node.key === 'defaultContainerRegistry' && typeof node.value === 'string' && node.value !== ''
      ? [{ registry: node.value, path: pathOf(node) }]
      : [],
  );
}

/** The container that a value belongs to; undefined outside containers. */
export function containerOf(node: JsonNode): { name: unknown; list: string } | undefined {
  for (let at: JsonNode | undefined = node; at !== undefined; at = at.parent) {
    const list = at.parent?.key;
    if (typeof at.key === 'number' && typeof list === 'string' && CONTAINER_LISTS.has(list) && isFields(at.value))
      return { name: at.value['name'], list };
  }
  return undefined;
}

function imagesAt(node: JsonNode): string[] {
  const { key, value, parent } = node;
  if (typeof value !== 'string' || value === '') return [];
  if (typeof key === 'string' && /image$/i.test(key)) return isNamed(node, value) ? [value] : [];
  if (key === 'reference' && parent?.key === 'image') return [value];
  if (isEnvironment(node)) {
    const name = isFields(parent?.value) ? parent.value['name'] : undefined;
    if (typeof name === 'string' && /(^|_)image$/i.test(name) && isImageReference(value)) return [value];
    return wordsOf(value);
  }
  return isCommandLine(node) ? wordsOf(value) : [];
}

/** In a container it is an image whatever it looks like; elsewhere a field of that name may hold something else. */
function isNamed(node: JsonNode, value: string): boolean {
  const item = node.parent;
  const inContainer = typeof item?.key === 'number' && CONTAINER_LISTS.has(String(item.parent?.key));
  if (node.key === 'image') return inContainer || isImageReference(value);
  return isImageReference(value) && /[/:@]/.test(value);
}

function isEnvironment({ key, parent }: JsonNode): boolean {
  return key === 'value' && typeof parent?.key === 'number' && parent.parent?.key === 'env';
}

function isCommandLine({ key, parent }: JsonNode): boolean {
  return typeof key === 'number' && (parent?.key === 'args' || parent?.key === 'command');
}

function wordsOf(text: string): string[] {
  return text.split(WORDS).filter((word) => WHOLE.test(word) && isImageReference(word) && /[:@][^/]*$/.test(word));
}
