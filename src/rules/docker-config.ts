import { isFields } from '../model/json-object.ts';

/** The parts of a docker config JSON that pulling needs: hosts and whether each has a login. */
export interface DockerConfig {
  /** Host of each entry → whether it carries a login. */
  hosts: Map<string, boolean>;
  /** Names of credential helpers, which a kubelet cannot call. */
  helpers: boolean;
}

/** Parses a docker config, plain or base64. Undefined when it is neither. Never reveals the content. */
export function parseDockerConfig(text: string): DockerConfig | undefined {
  const parsed = parseObject(text) ?? parseObject(decodeBase64(text));
  if (!parsed) return undefined;
  const auths = asObject(parsed['auths']) ?? {};
  const hosts = new Map(Object.entries(auths).map(([key, value]) => [hostOf(key), hasLogin(asObject(value) ?? {})]));
  return { hosts, helpers: parsed['credsStore'] !== undefined || parsed['credHelpers'] !== undefined };
}

/**
 * The host of a registry key or image prefix: 'https://hub.juniper.net/v1/' and 'hub.juniper.net/cn2' → 'hub.juniper.net'. Whoever is named
 * before an @ is left out, and Docker Hub has one name whichever its client has written.
 */
export function hostOf(registry: string): string {
  const host = registry
    .replace(/^https?:\/\//, '')
    .split('/')[0]!
    .replace(/^.*@/, '')
    .toLowerCase();
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function hasLogin(entry: Record<string, unknown>): boolean {
  const filled = (key: string): boolean => typeof entry[key] === 'string' && entry[key] !== '';
  return filled('auth') || filled('identitytoken') || filled('registrytoken') || (filled('username') && filled('password'));
}

function decodeBase64(text: string): string {
  const compact = text.replace(/\s+/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return '';
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(compact), (character) => character.charCodeAt(0)));
  } catch {
    return '';
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return isFields(value) ? value : undefined;
}
