const MARK = '(secret)';

/** Shorter values are words, not secrets: replacing them everywhere would garble a report without hiding anything. */
const SHORTEST = 6;

/**
 * A copy of a document in which every known secret value is replaced by `(secret)`, in keys and values, however deep: plain,
 * in base64 (also as part of a longer base64 text, whatever its alignment), URL-safe base64, percent-encoded and JSON-escaped.
 * One pass over a result before any report.
 */
export function redact<Document>(document: Document, secrets: readonly string[]): Document {
  const forms = secretForms(secrets);
  return forms.length === 0 ? document : (walk(document, replacer(forms)) as Document);
}

/** The same for a line of text: progress, error messages. */
export function redactText(text: string, secrets: readonly string[]): string {
  const forms = secretForms(secrets);
  return forms.length === 0 ? text : replacer(forms)(text);
}

/** Every text under which a secret may show up, longest first, so that a form inside another does not leave a rest. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  const add = (text: string) => {
    if (text.length >= SHORTEST) forms.add(text);
  };
  for (const secret of secrets) {
    for (const text of new Set([secret, secret.trim()])) {
      if (text.length < SHORTEST) continue;
      add(text);
      add(JSON.stringify(text).slice(1, -1));
      add(JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1));
      add(encodeURIComponent(text));
      for (const encoded of alignedBase64(text)) {
        add(encoded);
        add(encoded.replaceAll('+', '-').replaceAll('/', '_'));
      }
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/** Base64 of a text at each of the three alignments, without the characters that neighbours take part in. */
function alignedBase64(text: string): string[] {
  const raw = new TextEncoder().encode(text);
  return [0, 1, 2].flatMap((shift) => {
    const padded = new Uint8Array(raw.length + shift);
    padded.set(raw, shift);
    const encoded = base64(padded);
    const start = shift === 0 ? 0 : shift + 1;
    const whole = Math.floor(((raw.length + shift) * 8) / 6);
    const inner = encoded.slice(start, whole);
    return shift === 0 ? [encoded, inner] : [inner];
  });
}

function base64(raw: Uint8Array): string {
  let binary = '';
  for (const byte of raw) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function replacer(forms: readonly string[]): (text: string) => string {
  const pattern = new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  return (text) => text.replace(pattern, MARK);
}

function walk(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, replace));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [replace(key), walk(member, replace)]));
  }
  return value;
}
