/**
 * Why: rendered/ is compared byte for byte, and a checkout on Windows with autocrlf would change every line end of it. GitHub folds
 * generated files away in a pull request; the plan is what people read there.
 */
const REASON = '# Rendered manifests are compared byte for byte: no line end is changed. GitHub folds them, but not the plan.';

/**
 * The lines for a rendered folder, in their order: of two that match, the later one counts (gitattributes).
 * @param rendered from the top of the repository
 */
export function renderedAttributes(rendered: string): [string, string] {
  return [`${pattern(rendered, '/**')} -text linguist-generated`, `${pattern(rendered, '/plan.json')} -linguist-generated`];
}

/**
 * A .gitattributes with the lines for a rendered folder; everything in it stays as it is, and what is missing comes after it.
 * @param there absent where there is no such file
 */
export function withRenderedAttributes(there: string | undefined, rendered: string): string {
  const wanted = renderedAttributes(rendered);
  const text = there ?? '';
  const lines = text.split('\n').map((line) => line.trimEnd());
  const [whole, plan] = wanted.map((line) => lines.lastIndexOf(line)) as [number, number];
  // The exception has to come after the rule that it is an exception to.
  const missing = whole < 0 ? [REASON, ...wanted] : plan < whole ? [wanted[1]] : [];
  if (missing.length === 0) return text;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const begun = text === '' || text.endsWith('\n') ? '' : end;
  return `${text}${begun}${missing.map((line) => `${line}${end}`).join('')}`;
}

/**
 * A path as a pattern that matches nothing else: characters of globs follow a backslash, and a pattern with blanks or that begins as a
 * comment, a negation or a quotation does is quoted as in C (gitattributes, git's unquote_c_style).
 */
function pattern(path: string, rest: string): string {
  const literal = `${path.replace(/[*?[\]\\]/g, '\\$&').replace(/^!/, '\\!')}${rest}`;
  return /^[#"]|[\s\p{Cc}]/u.test(literal) ? `"${literal.replace(/[\\"]/g, '\\$&').replace(/\p{Cc}/gu, octal)}"` : literal;
}

function octal(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
