import { base64Forms, formsOfSecret, SHORTEST } from './secret-forms.ts';
import { SecretMatcher } from './secret-matcher.ts';
import { authorizationValues, looksRandom, secretLines } from './secret-spellings.ts';
import { isOwnWord } from './vocabulary.ts';

/** Longer values are hidden in the log of a job as they are, not in base64 as well: the runner looks for each in every line. */
const LONGEST_MASK = 8 * 1024;

/**
 * The secrets of one run, and how nothing of them leaves it: made once, grows when a secret comes to light, applied to documents before
 * they are put into words and to every text where it leaves the process.
 */
export class Redactor {
  readonly #matcher = new SecretMatcher();
  readonly #known = new Set<string>();
  readonly #open = new Set<string>();
  readonly #masks = new Set<string>();
  #mask: (text: string) => void = () => undefined;
  #unhidden = 0;

  /** How many texts it looks for. */
  get forms(): number {
    return this.#matcher.added;
  }

  /** Values that cannot be hidden, because they are words that every report contains. */
  get unhidden(): number {
    return this.#unhidden;
  }

  /** From now on the value appears in no output. `whole`: a document, whose lines are not secrets of their own. */
  reveal(secret: string, { whole = false }: { whole?: boolean } = {}): void {
    if (this.#known.has(secret) || secret.trim().length < SHORTEST) return;
    const open = this.#open.has(secret);
    if (open && !looksRandom(secret)) return;
    this.#known.add(secret);
    if (isOwnWord(secret.trim())) {
      this.#unhidden += 1;
      return;
    }
    for (const form of formsOfSecret(secret)) this.#matcher.add(form);
    if (!whole) for (const line of secretLines(secret)) if (!open || looksRandom(line)) this.#matcher.add(line);
    if (!whole || !secret.trim().includes('\n')) this.#hide(secret);
    if (secret.length <= LONGEST_MASK) for (const form of base64Forms(secret.trim())) this.#hide(form);
  }

  /**
   * Values that are in a file of the repository: whoever may push a branch chooses them, and would choose words of the report that
   * tells what the branch does. Of these only what nobody takes for words is hidden.
   */
  distrust(values: readonly string[]): void {
    for (const value of values) this.#open.add(value);
  }

  /** Whether the value came to light before. */
  knows(secret: string): boolean {
    return this.#known.has(secret);
  }

  /** The same for an authorization as it was really sent: a token, or the value of the header. */
  revealAuthorization(value: string): void {
    for (const secret of authorizationValues(value)) this.reveal(secret);
  }

  /** Where the runner of a job learns what to hide in its log; hears of what is known already, too. */
  onMask(mask: (text: string) => void): void {
    this.#mask = mask;
    for (const text of this.#masks) mask(text);
  }

  /** A text without secrets. */
  text(text: string): string {
    return this.#matcher.replace(text);
  }

  /** A copy of a document without secrets, in keys and values, however deep; the document itself where nothing is secret. */
  document<Document>(document: Document): Document {
    return this.forms === 0 ? document : (this.#walk(document) as Document);
  }

  /** A JSON text without secrets, which stays JSON; anything else as a text. */
  json(text: string): string {
    if (this.text(text) === text) return text;
    try {
      const indent = /^[[{]\n( +)/.exec(text)?.[1];
      return `${JSON.stringify(this.#walk(JSON.parse(text)), null, indent)}${/\s*$/.exec(text)?.[0] ?? ''}`;
    } catch {
      return this.text(text);
    }
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [this.text(key), this.#walk(member)]));
    }
    return value;
  }

  #hide(text: string): void {
    if (this.#masks.has(text)) return;
    this.#masks.add(text);
    this.#mask(text);
  }
}
