import { BEYOND } from './simple-beyond.ts';

/** The end of the line that holds an offset. */
export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** A text without the blanks at its end. Blanks of YAML are spaces and tabs; `trimEnd` takes away what is text to it, such as U+3000. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x20) end -= 1;
  return text.slice(0, end);
}

/** Goes through the lines of a YAML text that say something. */
export class LineCursor {
  readonly text: string;
  /** What is read next: the first character of such a line, or one within it. */
  at = 0;
  /** The document has ended: with the text, or `at` is at a line that begins with `---` or `...`. */
  ended = false;
  #lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  get column(): number {
    return this.at - this.#lineStart;
  }

  /** Goes to the first line from an offset on, which is the beginning of a line, that says something. */
  goToLine(from: number): void {
    const { text } = this;
    for (let start = from; start < text.length; ) {
      let at = start;
      while (text.charCodeAt(at) === 0x20) at += 1;
      const first = text.charAt(at);
      if (first !== '' && first !== '\n' && first !== '#') {
        this.at = at;
        this.#lineStart = start;
        this.ended = at === start && (text.startsWith('---', at) || text.startsWith('...', at));
        return;
      }
      start = endOfLine(text, at) + 1;
    }
    this.at = text.length;
    this.ended = true;
  }

  /** Goes to the next line that says something. */
  nextLine(): void {
    this.goToLine(endOfLine(this.text, this.at) + 1);
  }

  /** The same after a value, behind which there may be nothing but a comment. */
  endLine(): void {
    if (!this.endsHere()) throw BEYOND;
    this.nextLine();
  }

  /** Whether an entry of a list begins here. */
  isItem(): boolean {
    return this.text.charAt(this.at) === '-' && this.#isBlank(this.at + 1);
  }

  /** Whether a blank, the end of the line or that of the text is at an offset. */
  #isBlank(offset: number): boolean {
    const character = this.text.charAt(offset);
    return character === ' ' || character === '\n' || character === '';
  }

  /** Whether nothing but a comment follows on the line, with a blank before it; moves over blanks. */
  endsHere(): boolean {
    const { text, at: from } = this;
    while (text.charCodeAt(this.at) === 0x20) this.at += 1;
    const next = text.charAt(this.at);
    if (next === '#') return this.at > from;
    return next === '\n' || next === '';
  }
}
