/** The one JSON document that `--format json` prints: indented, with a line end, byte-identical for the same document. */
export function documentJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
