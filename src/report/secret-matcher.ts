import { SHORTEST } from './secret-forms.ts';

/** What replaces a secret. */
const MARK = '(secret)';

/** Who wrote the text has cut it off here; so much of a secret before that is taken for one. */
const CUT = '…';
const SHORTEST_PIECE = 12;

const FILTER_BITS = 16;

/**
 * Texts to be found, in one walk over a text whatever their number: a filter over four characters, then the first six, then the whole,
 * longest first, so that one within another leaves no rest. Texts are added as they come to light; nothing is compiled again.
 */
export class SecretMatcher {
  readonly #filter = new Uint8Array(1 << FILTER_BITS);
  readonly #forms = new Map<string, string[]>();
  #added = 0;

  /** How many texts are looked for: grows with secrets, never with lines of output. */
  get added(): number {
    return this.#added;
  }

  /** At least SHORTEST characters, else it is left out. */
  add(form: string): void {
    if (form.length < SHORTEST) return;
    const start = form.slice(0, SHORTEST);
    const known = this.#forms.get(start) ?? [];
    if (known.includes(form)) return;
    known.push(form);
    known.sort((a, b) => b.length - a.length);
    this.#forms.set(start, known);
    this.#filter[hashAt(form, 0)] = 1;
    this.#added += 1;
  }

  /** The text with a mark in place of each that was found; the same text where none was. */
  replace(text: string): string {
    if (this.#added === 0) return text;
    let out = '';
    let done = 0;
    let at = 0;
    const last = text.length - SHORTEST;
    while (at <= last) {
      // A mark of an earlier walk stays as it is.
      if (text.charCodeAt(at) === MARK.charCodeAt(0) && text.startsWith(MARK, at)) {
        at += MARK.length;
        continue;
      }
      const length = this.#filter[hashAt(text, at)] === 0 ? 0 : this.#lengthAt(text, at);
      if (length > 0) {
        out += text.slice(done, at) + MARK;
        done = at + length;
      }
      at += Math.max(length, 1);
    }
    return done === 0 ? text : out + text.slice(done);
  }

  #lengthAt(text: string, at: number): number {
    const forms = this.#forms.get(text.slice(at, at + SHORTEST));
    if (forms === undefined) return 0;
    for (const form of forms) if (text.startsWith(form, at)) return form.length;
    return Math.max(...forms.map((form) => pieceLength(text, at, form)));
  }
}

/** How much of a form is there before the text was cut off; 0 where it was not. Looks no further than the two are equal. */
function pieceLength(text: string, at: number, form: string): number {
  let length = SHORTEST;
  while (length < form.length && text.charCodeAt(at + length) === form.charCodeAt(length)) length++;
  return length >= SHORTEST_PIECE && text.startsWith(CUT, at + length) ? length : 0;
}

function hashAt(text: string, at: number): number {
  const [a, b, c, d] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2), text.charCodeAt(at + 3)];
  return (Math.imul(Math.imul(Math.imul(a, 31) + b, 31) + c, 31) + d) & ((1 << FILTER_BITS) - 1);
}
