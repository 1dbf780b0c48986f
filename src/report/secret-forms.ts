/**
 * Shorter values are words, not secrets: replacing them everywhere would garble a report (admin, token, true) and by that say what they
 * are, without hiding anything from somebody who may try. What they are part of (user:password, an authorization in base64) is longer.
 */
export const SHORTEST = 6;

/** Every text under which a secret may show up: as it is, trimmed, in one line, escaped, percent-encoded, in base64. */
export function formsOfSecret(secret: string): string[] {
  const forms = new Set<string>();
  for (const text of new Set([secret, secret.trim(), secret.trim().replace(/\s+/g, ' ')])) {
    if (text.length < SHORTEST) continue;
    const quoted = JSON.stringify(text).slice(1, -1);
    forms.add(text).add(quoted).add(JSON.stringify(quoted).slice(1, -1));
    // As Go's encoding/json writes it.
    forms.add(quoted.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`));
    forms.add(quoted.replaceAll('/', '\\/'));
    forms.add(text.replaceAll("'", "''"));
    forms.add(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'));
    for (const form of percentForms(text)) forms.add(form);
    for (const form of base64Forms(text)) forms.add(form);
  }
  return [...forms].filter((form) => form.length >= SHORTEST);
}

/** Base64 of a text at each of the three alignments, without the characters that neighbours take part in; both alphabets. */
export function base64Forms(text: string): string[] {
  const raw = new TextEncoder().encode(text);
  const forms = [0, 1, 2].flatMap((shift) => {
    const padded = new Uint8Array(raw.length + shift);
    padded.set(raw, shift);
    const encoded = base64(padded);
    const start = shift === 0 ? 0 : shift + 1;
    const whole = Math.floor(((raw.length + shift) * 8) / 6);
    const inner = encoded.slice(start, whole);
    return shift === 0 ? [encoded, inner] : [inner];
  });
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]))];
}

/** In a path, in a form, in the user info of an address; with the letters of escapes in either case. */
function percentForms(text: string): string[] {
  const encoded = text.isWellFormed() ? encodeURIComponent(text) : text;
  const address = new URL('http://host');
  address.password = text;
  const forms = [
    encoded,
    encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    encoded.replaceAll('%20', '+'),
    address.password,
  ];
  return forms.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase())]);
}

function base64(raw: Uint8Array): string {
  let binary = '';
  for (const byte of raw) binary += String.fromCharCode(byte);
  return btoa(binary);
}
