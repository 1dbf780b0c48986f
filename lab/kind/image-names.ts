import type { Fleet } from '../../src/model/fleet.ts';

/** `image: name` wherever it stands, also in YAML that is text in a ConfigMap. */
const IMAGE_FIELD = /\bimage:\s*['"]?([^\s'",{}]+)/g;

/**
 * Every name under which a fleet's manifests ask for a CN2 image: those of the release, with each declared mirror before the
 * last '/' (the release's, and that of each distributed cluster).
 */
export function imageNames(fleet: Fleet, release: Record<string, string>): string[] {
  const written = new Set<string>();
  for (const text of Object.values(release)) for (const [, name] of text.matchAll(IMAGE_FIELD)) written.add(String(name));
  const registries = new Set([
    fleet.release.registry,
    ...fleet.distributed.map(({ registry }) => registry ?? fleet.release.registry),
  ]);
  const names = new Set<string>();
  for (const name of written)
    for (const registry of registries)
      names.add(registry === undefined ? name : `${registry}/${name.slice(name.lastIndexOf('/') + 1)}`);
  return [...names].sort();
}

/** The registry hosts of images, as a docker configuration names them. */
export function registryHosts(names: readonly string[]): string[] {
  const hosts = names.map((name) => {
    const [first = '', ...rest] = name.split('/');
    return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
  });
  return [...new Set(hosts)].sort();
}
