import { PUBLISHED_FILES } from './published-files.ts';
import { releaseOf } from './releases.ts';

/**
 * The registries in Juniper's published multi-cluster files: hub.juniper.net/cn2 in 22.1 and 22.2, the other one from the hotfix
 * 22.2.0.100 on. Both are Juniper's, so either counts in every release.
 */
export const VENDOR_REGISTRIES: readonly string[] = ['hub.juniper.net/cn2', 'enterprise-hub.juniper.net/contrail-container-prod'];

/** Whether a digest (sha256:…) is that of a file that Juniper publishes for the release of an image tag. */
export function isPublished(version: string, digest: string): boolean {
  const release = releaseOf(version);
  return release !== undefined && (PUBLISHED_FILES[release] ?? []).some((known) => `sha256:${known}` === digest);
}
