/**
 * Hides secrets in a line as GitHub's runner does: each value, and each line of a value of several lines, becomes `***`
 * (the runner's Worker.InitializeSecretMasker). The runner also hides some encoded forms, base64 among them; this does not.
 */
export function maskLine(line: string, secrets: Iterable<string>): string {
  let masked = line;
  for (const part of secretParts(secrets)) masked = masked.replaceAll(part, '***');
  return masked;
}

/** Values and their lines, longest first, so that a part never breaks a longer one. */
function secretParts(secrets: Iterable<string>): string[] {
  const parts = new Set<string>();
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      if (part.trim() !== '') parts.add(part);
    }
  }
  return [...parts].sort((a, b) => b.length - a.length);
}
