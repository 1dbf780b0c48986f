/** An element whose names are written in this program; the values of its attributes and its text may be anything. */
export interface Element {
  name: string;
  attributes: Readonly<Record<string, string | number>>;
  /** Elements, or text. Absent: it is empty. */
  content?: readonly Element[] | string;
}

/** Characters that no XML 1.0 document may hold, not even as a reference; those that it only advises against go with them. */
const NOT_IN_XML = /(?![\t\n\r])[\p{Cc}\ufffe\uffff]|\p{Cs}/gu;

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** An XML document. Well-formed whatever the values are. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root, '').join('\n')}\n`;
}

function elementLines({ name, attributes, content = [] }: Element, indent: string): string[] {
  const open = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(String(value))}"`)].join(' ');
  if (content.length === 0) return [`${indent}<${open}/>`];
  if (typeof content === 'string') return [`${indent}<${open}>${escaped(content)}</${name}>`];
  return [`${indent}<${open}>`, ...content.flatMap((child) => elementLines(child, `${indent}  `)), `${indent}</${name}>`];
}

function escaped(text: string): string {
  return text
    .replace(NOT_IN_XML, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
    .replace(/[&<>"]/g, (sign) => REFERENCES[sign]!);
}
