/** A word or phrase that texts of the product do not use. */
export interface Entry {
  /** Regular expression, for the letters as they are. */
  find: string;
  /** What to say instead. */
  say: string;
  /** An example that is found, and how it is said right. */
  wrong: string;
  right: string;
  /** Beginnings of paths in which it is allowed, e.g. because a document has a field of that name. */
  except?: readonly string[];
}

/** A forbidden word in a text; line and column count from 1, columns in UTF-16 units. */
export interface Fault {
  line: number;
  column: number;
  word: string;
  say: string;
}

/**
 * The forbidden words of a text, in its order. Code is read like any text: what may have the same name there is for the
 * entry to leave out.
 * @param path from the top of the repository, with slashes
 */
export function wordFaults(path: string, text: string, entries: readonly Entry[]): Fault[] {
  const searches = entries
    .filter(({ except = [] }) => !except.some((start) => path.startsWith(start)))
    .map(({ find, say }) => ({ find: new RegExp(find, 'g'), say }));
  return text
    .split('\n')
    .flatMap((content, index) =>
      searches
        .flatMap(({ find, say }) =>
          [...content.matchAll(find)].map((match) => ({ line: index + 1, column: match.index + 1, word: match[0].trim(), say })),
        )
        .sort((one, other) => one.column - other.column),
    );
}
