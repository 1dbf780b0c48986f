import { placeOf } from '../declare/place.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { parsedFile } from '../render/parsed-file.ts';
import { hostOf, parseDockerConfig } from './docker-config.ts';
import { manifestPlace } from './manifest-place.ts';
import { finding, type ManifestsInput, type Rule } from './rule.ts';

const DOCKER_CONFIG_KEY = '.dockerconfigjson';
/** What the vendor's files carry where a credential goes. */
const PLACEHOLDER = '<base64-encoded-credential>';

/** The credential comes from release.pullSecret; in files there is the vendor's placeholder or nothing. */
export const pullSecretUsable: Rule = {
  id: 'E21',
  sentence:
    'The pull secret is a docker config that logs in to every registry in use; no file contains a credential, and the vendor placeholder is never rendered.',
  remedy: 'Give the credential by reference in release.pullSecret and keep it out of every file.',
  source: 'documented',
  judgeManifests(input) {
    return [...judgeVendorFiles(input), ...judgeRendered(input)];
  },
};

function dataOf(object: KubernetesObject): [path: string[], value: unknown][] {
  return (['data', 'stringData'] as const).flatMap((field) => {
    const value = object[field];
    if (value === null || typeof value !== 'object' || !(DOCKER_CONFIG_KEY in value)) return [];
    return [[[field, DOCKER_CONFIG_KEY], (value as Record<string, unknown>)[DOCKER_CONFIG_KEY]] as [string[], unknown]];
  });
}

function judgeVendorFiles({ vendorFiles }: ManifestsInput): Finding[] {
  return Object.entries(vendorFiles).flatMap(([file, text]) => {
    if (!text.includes(DOCKER_CONFIG_KEY)) return [];
    return parsedFile(vendorFiles, file).documents.flatMap(({ object, at }) =>
      dataOf(object)
        .filter(([, value]) => typeof value === 'string' && parseDockerConfig(value) !== undefined)
        .map(([path]) =>
          finding(pullSecretUsable, at(path), `${objectTitle(refOf(object))} holds a real credential`, {
            severity: 'warning',
            remedy: `Restore ${PLACEHOLDER} and revoke the credential if this file was pushed: release.pullSecret is what is used.`,
          }),
        ),
    );
  });
}

function judgeRendered({ manifests, folder }: ManifestsInput): Finding[] {
  // The manifests of many clusters share their objects.
  const withContent = new Set(
    [...new Set(manifests.map(({ object }) => object))].filter(
      (object) => (object.kind === 'Secret' && dataOf(object).length > 0) || holdsPlaceholder(object),
    ),
  );
  return manifests
    .filter(({ object }) => withContent.has(object))
    .map((manifest) => {
      const [path = []] = dataOf(manifest.object)[0] ?? [];
      const message = `${objectTitle(refOf(manifest.object))} is rendered with content`;
      return finding(pullSecretUsable, manifestPlace(manifest, folder, path), message, {
        remedy: 'Render again; do not edit rendered files.',
      });
    });
}

function holdsPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.includes(PLACEHOLDER);
  if (typeof value !== 'object' || value === null) return false;
  for (const [key, member] of Object.entries(value)) if (key.includes(PLACEHOLDER) || holdsPlaceholder(member)) return true;
  return false;
}

/** Input for checking a pull secret. The value is never shown. */
export interface PullSecretInput {
  fleet: Fleet;
  source?: SourceMap;
  /** Docker config JSON, plain or base64. */
  value: string;
  /** Registries that images are pulled from: hosts or image prefixes. */
  registryHosts: readonly string[];
  /** JSON pointer of the reference; default /release/pullSecret. */
  at?: string;
}

/** E21 on the credential itself: it decodes, and names every registry host in use with a login. */
export function judgePullSecretValue({ source, value, registryHosts, at = '/release/pullSecret' }: PullSecretInput): Finding[] {
  const place = source ? placeOf(source, at) : undefined;
  const config = parseDockerConfig(value);
  if (!config)
    return [
      finding(pullSecretUsable, place, 'the pull secret is not docker config JSON', {
        remedy: 'Use the content of ~/.docker/config.json after docker login, plain or base64.',
      }),
    ];
  return [...new Set(registryHosts.map(hostOf))]
    .filter((host) => config.hosts.get(host) !== true)
    .map((host) => {
      const remedy = config.helpers
        ? `It refers to a credential helper, which a kubelet cannot call: write the login into auths["${host}"].`
        : `Add auths["${host}"] with auth, the base64 of user:password.`;
      const fault = config.hosts.has(host) ? 'has no login for' : 'does not name';
      return finding(pullSecretUsable, place, `the pull secret ${fault} the registry ${host}`, { remedy });
    });
}
