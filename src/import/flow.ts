import { yaml11Reading } from '../declare/yaml11.ts';

/** Words and paths, addresses, versions and route targets: every reader takes them for the text that they are. */
const PLAIN: readonly RegExp[] = [
  /^(?:[A-Za-z_/]|\.{1,2}\/)[A-Za-z0-9_./-]*$/,
  /^(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:\/[0-9]{1,2})?$/,
  /^[A-Za-z][A-Za-z0-9_.-]*(?::[A-Za-z0-9_./-]+)+$/,
  /^https?:\/\/[A-Za-z0-9.:/-]*[A-Za-z0-9/-]$/,
];
/** What looks like a word and is read as something else. */
const NOT_TEXT = /^(?:null|true|false|yes|no|on|off|y|n|~|[-+.]?\.?(?:inf|nan)|e[-+]?[0-9]+|\.+)$/i;

/** Plain data as YAML on one line: `{name: ns1, isolated: true}`. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${stringText(key)}: ${flowText(member)}`).join(', ')}}`;
  }
  return typeof value === 'string' ? stringText(value) : JSON.stringify(value);
}

function stringText(text: string): string {
  const plain = PLAIN.some((form) => form.test(text)) && !NOT_TEXT.test(text) && yaml11Reading(text) === undefined;
  // A JSON text is one of YAML, too, but for the characters that YAML does not print.
  return plain
    ? text
    : JSON.stringify(text).replace(
        /[\u007f-\u009f\u2028\u2029\ufeff]/g,
        (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}
