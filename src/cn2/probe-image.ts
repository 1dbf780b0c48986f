import type { Fleet } from '../model/fleet.ts';
import { REPOSITORY, VERSION } from '../version.ts';

/** Where a release pushes its probe image: .github/workflows/release.yml. */
const RELEASED_AT = 'ghcr.io';

/** The probe image of this release below a registry's host, as a mirror has it that keeps paths. */
export function releasedProbeImage(host: string = RELEASED_AT): string {
  return `${host}/${REPOSITORY.toLowerCase()}/probe:${VERSION}`;
}

/**
 * The probe image of a cluster: `smoke.image`; else that of this release, from the host of the registry that the cluster pulls CN2 from
 * where one is declared.
 */
export function probeImage({ release, smoke, distributed }: Fleet, cluster: string): string {
  if (smoke?.image !== undefined) return smoke.image;
  const registry = distributed.find(({ name }) => name === cluster)?.registry ?? release.registry;
  return releasedProbeImage(registry?.split('/')[0]);
}
