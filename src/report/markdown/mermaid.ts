import { excerpt } from '../printable.ts';
import type { Mark } from '../topology/mark.ts';

/** Longest label; a drawing is not a place for more. */
const LABEL_LENGTH = 60;

/** Stroke only: what is filled would be unreadable in one of the two colour schemes. Colours: GitHub's for added, changed, removed. */
const STYLE: Record<Exclude<Mark, 'same'>, string> = {
  created: 'stroke:#2da44e,stroke-width:3px',
  changed: 'stroke:#bf8700,stroke-width:3px',
  deleted: 'stroke:#cf222e,stroke-width:3px,stroke-dasharray:5 5',
};
const WORD: Record<Mark, string> = { created: ' (new)', changed: ' (changed)', deleted: ' (deleted)', same: '' };

export type Arrow = '---' | '-->' | '<-->' | '-.->';

/**
 * A flowchart in the language of Mermaid. Ids are made here (n1, n2 …); foreign text only ever is in quoted labels, where every
 * character but letters, digits, blanks and inner `.`, `-`, `/` is a decimal entity (`#34;`). Mermaid resolves them when all parsing,
 * that of Markdown in labels included, is done (encodeEntities and decodeEntities in its source), so no text can end its label.
 */
export class Flowchart {
  readonly #lines: string[] = [];
  readonly #classes: Record<string, string[]> = {};
  readonly #links: Record<string, number[]> = {};
  #indent = '  ';
  #nodes = 0;
  #edges = 0;

  get edges(): number {
    return this.#edges;
  }

  /** A box; a connection of many networks is a round one. Gives its id. */
  node(text: string, mark: Mark, round = false): string {
    const id = this.#take(mark);
    const quoted = `"${label(text, mark)}"`;
    this.#lines.push(`${this.#indent}${id}${round ? `([${quoted}])` : `[${quoted}]`}`);
    return id;
  }

  /** A box around what `inside` draws, which is not empty. Gives its id. */
  group(text: string, mark: Mark, inside: () => void): string {
    const id = this.#take(mark);
    this.#lines.push(`${this.#indent}subgraph ${id}["${label(text, mark)}"]`);
    this.#indent += '  ';
    inside();
    this.#indent = this.#indent.slice(2);
    this.#lines.push(`${this.#indent}end`);
    return id;
  }

  edge(from: string, arrow: Arrow, to: string, text: string, mark: Mark): void {
    this.#lines.push(`${this.#indent}${from} ${arrow}${text === '' ? '' : `|"${label(text, mark)}"|`} ${to}`);
    if (mark !== 'same') this.#links[mark] = [...(this.#links[mark] ?? []), this.#edges];
    this.#edges += 1;
  }

  text(): string {
    const marks = ['created', 'changed', 'deleted'] as const;
    const styles = marks.flatMap((mark) => [
      ...(this.#classes[mark] === undefined
        ? []
        : [`  classDef ${mark} ${STYLE[mark]}`, `  class ${this.#classes[mark].join(',')} ${mark}`]),
      ...(this.#links[mark] === undefined ? [] : [`  linkStyle ${this.#links[mark].join(',')} ${STYLE[mark]}`]),
    ]);
    return ['flowchart LR', ...this.#lines, ...styles].join('\n');
  }

  #take(mark: Mark): string {
    this.#nodes += 1;
    const id = `n${this.#nodes}`;
    if (mark !== 'same') this.#classes[mark] = [...(this.#classes[mark] ?? []), id];
    return id;
  }
}

/** With these Mermaid marks entities while it works: it would take text that holds them for one. */
const SIGNS = /[\ufb02\u00b6]/g;

/** A word beside the colour: not everybody sees one. An empty label is a syntax error to Mermaid. */
function label(text: string, mark: Mark): string {
  const name = text.trim() === '' ? '?' : excerpt(text, LABEL_LENGTH);
  const shown = `${name.replace(SIGNS, spelled)}${WORD[mark]}`;
  return shown.replace(/[^A-Za-z0-9 ]/gu, (character, at: number) => {
    const inner = '-./'.includes(character) && /^[A-Za-z0-9].[A-Za-z0-9]$/.test(shown.slice(at - 1, at + 2));
    return inner ? character : `#${character.codePointAt(0)};`;
  });
}

function spelled(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
