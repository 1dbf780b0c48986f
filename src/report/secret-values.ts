/** Keys of kubeconfigs and docker config files whose values are secret, in YAML or JSON. */
const SECRET_KEY =
  /["']?(token|password|client-key-data|client-certificate-data|auth|identitytoken|registrytoken|secretAccessKey|id-token|refresh-token|client-secret)["']?\s*:\s*["']?([^\s"',}]+)/gi;

/**
 * The secrets within a credential as it was resolved (kubeconfig, docker config JSON or a plain token): the whole text, what stands
 * under its secret keys, and what those values are in base64. For `redact`, since a log shows a token, hardly ever a whole kubeconfig.
 */
export function secretsIn(credential: string): string[] {
  const secrets = new Set<string>([credential]);
  for (const match of credential.matchAll(SECRET_KEY)) {
    const value = match[2]!;
    secrets.add(value);
    const decoded = fromBase64(value);
    if (decoded === undefined) continue;
    secrets.add(decoded);
    // docker's "auth" is base64 of user:password
    if (match[1]!.toLowerCase() === 'auth' && decoded.includes(':')) secrets.add(decoded.slice(decoded.indexOf(':') + 1));
  }
  return [...secrets].filter((secret) => secret !== '');
}

function fromBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(text)) return undefined;
  try {
    const raw = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return undefined;
  }
}
