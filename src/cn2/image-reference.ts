/**
 * What a container image's reference says about where it comes from. Grammar: the distribution project's (reference.go), which
 * every container runtime follows.
 */

const HOST =
  '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9A-Fa-f:.]+\\])(?::[0-9]+)?';
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[+._-][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}';
const REFERENCE = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::${TAG})?(?:@${DIGEST})?$`);
/** Longer is not a reference, and would only cost time. */
const LONGEST = 512;

/** Whether a runtime could read it as an image at all. */
export function isImageReference(text: string): boolean {
  return text.length <= LONGEST && REFERENCE.test(text);
}

/** The image with the registry that a runtime fills in: docker.io for a reference without a host. */
export function fullReference(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  // As runtimes tell a host from a folder: it has a dot, a port or capital letters, or is localhost.
  const named = /[.:A-Z]/.test(first) || first === 'localhost';
  if (named) return image.replace(/^index\.docker\.io\//, 'docker.io/');
  return `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
}

/** Where an image comes from: all that stands before its name, host first. */
export function registryOf(image: string): string {
  const full = fullReference(image).replace(/@.*$/, '');
  return full.slice(0, full.lastIndexOf('/'));
}

/** Whether an image comes from a registry or a folder below it. Compared letter by letter: what only looks alike is another one. */
export function isUnder(image: string, registry: string): boolean {
  return fullReference(image).startsWith(`${fullReference(`${registry.replace(/\/+$/, '')}/x`).slice(0, -1)}`);
}
