/** Fields of kubeconfigs and docker configurations whose values must never be shown. */
const FIELD = /["']?(?:token|password|client-key-data|client-certificate-data|auth|identitytoken|refresh-token|id-token)["']?\s*:\s*["']?([^"'\s,}]+)/g;

/** What of a credential's text is secret: the whole text, and each value in it that would be enough alone. */
export function secretsIn(credential: string): string[] {
  return [credential, ...[...credential.matchAll(FIELD)].map((match) => match[1] ?? '')].filter((value) => value !== '');
}
