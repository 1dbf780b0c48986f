import fc from 'fast-check';

/** Data of a document, and the draws by which it is written. */
export interface Dressed {
  data: Record<string, unknown>;
  text: string;
}

const KEY = fc.constantFrom(
  'name',
  'labels',
  'spec',
  'v4',
  'networks',
  'patches',
  'a/b',
  'x~y',
  'yes',
  '12',
  'with space',
  'null',
  '#k',
  "it's",
);
const WORD = fc.constantFrom(
  'a',
  'ns1',
  '10.0.0.0/24',
  'fd85::1/64',
  'yes',
  '0100',
  '12:30',
  '',
  ' lead',
  "it's",
  '"q"',
  'k: v',
  '- x',
  '# no',
  'x #y',
  'é',
  '[a',
  '{b',
  '*c',
  '&d',
  '!e',
  '%f',
  '@g',
  '`h',
  'null',
  '~',
  '1e3',
  'e5',
  '2026-01-01',
  'trail:',
  'a,b',
  'tab\there',
  '---',
  '...',
  '|',
  '>',
  '<<',
  '=',
);
const LINES = fc.constantFrom(
  'one\ntwo\n',
  'one\ntwo',
  'k: v\n# no comment\n',
  'a\n\nb\n',
  ' lead\nx\n',
  'x\n\n',
  '\nx',
  'tab\tx\n  deep\n',
);
const SCALAR = fc.oneof(
  { weight: 6, arbitrary: WORD },
  { weight: 1, arbitrary: LINES },
  { weight: 2, arbitrary: fc.integer({ min: -5, max: 70000 }) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

/** Values as they are in a declaration: lists and mappings of a few levels. */
export const VALUE: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    SCALAR,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(KEY, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** A mapping that is written in one of the many ways there are. */
export const DRESSED: fc.Arbitrary<Dressed> = fc
  .record({
    data: fc.dictionary(KEY, VALUE, { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
    draws: fc.array(fc.nat(999), { minLength: 200, maxLength: 200 }),
    newline: fc.constantFrom('\n', '\n', '\n', '\r\n'),
    ended: fc.boolean(),
  })
  .map(({ data, draws, newline, ended }) => {
    const text = new Dresser(draws).document(data);
    const lines = ended ? text : text.replace(/\n+$/, '');
    return { data, text: lines.replaceAll('\n', newline) };
  });

/** Writes data in block or brackets, with comments, blank lines and quotes as they are drawn; every comment has a number of its own. */
class Dresser {
  readonly #draws: readonly number[];
  #next = 0;
  #comments = 0;
  readonly #step: number;
  readonly #listStep: number;

  constructor(draws: readonly number[]) {
    this.#draws = draws;
    this.#step = [2, 2, 4, 3][this.#draw(4)]!;
    this.#listStep = [2, 0, 4][this.#draw(3)]!;
  }

  document(data: Record<string, unknown>): string {
    const head = ['', '', '# yaml-language-server: $schema=x.json\n', '# modeline\n---\n', '---\n'][this.#draw(5)]!;
    const tail = ['', '', '', '...\n', '# the end\n', '\n\n'][this.#draw(6)]!;
    return `${head}${this.#mapLines(data, 0).join('\n')}\n${tail}`;
  }

  #draw(below: number): number {
    const drawn = this.#draws[this.#next % this.#draws.length]! + Math.floor(this.#next / this.#draws.length);
    this.#next += 1;
    return drawn % below;
  }

  #comment(): string {
    this.#comments += 1;
    return `# c${this.#comments}`;
  }

  #beside(): string {
    return this.#draw(6) === 0 ? ` ${this.#comment()}` : '';
  }

  #above(column: number): string[] {
    const drawn = this.#draw(12);
    if (drawn === 0) return [''];
    if (drawn === 1) return [`${' '.repeat(column)}${this.#comment()}`];
    return drawn === 2 ? ['', `${' '.repeat(column)}${this.#comment()}`, `${' '.repeat(column)}${this.#comment()}`] : [];
  }

  #mapLines(data: Record<string, unknown>, column: number): string[] {
    return Object.entries(data).flatMap(([key, value]) => {
      const [head, ...below] = this.#value(value, column, this.#key(key));
      return [...this.#above(column), `${' '.repeat(column)}${head}`, ...below];
    });
  }

  /** The line of a key, without its indentation, and the lines below it. */
  #value(value: unknown, column: number, key: string): string[] {
    const beside = this.#beside();
    if (isFilled(value) && this.#draw(2) === 0) {
      const inner = column + (Array.isArray(value) ? this.#listStep : this.#step);
      const lines = Array.isArray(value)
        ? this.#listLines(value, inner)
        : this.#mapLines(value as Record<string, unknown>, inner);
      return [`${key}:${beside}`, ...lines];
    }
    if (typeof value === 'string' && /^[^\s#][^\n]*\n(?:.*\n)*.+\n?$/.test(value) && this.#draw(2) === 0) {
      const ended = value.endsWith('\n');
      const lines = (ended ? value.slice(0, -1) : value).split('\n');
      return [
        `${key}: |${ended ? '' : '-'}${beside}`,
        ...lines.map((line) => line && `${' '.repeat(column + this.#step)}${line}`),
      ];
    }
    if (value === null && this.#draw(2) === 0) return [`${key}:${beside}`];
    const [first, ...rest] = this.#flow(value, column + 1).split('\n');
    return rest.length === 0 ? [`${key}: ${first}${beside}`] : [`${key}: ${first}`, ...rest];
  }

  #listLines(data: readonly unknown[], column: number): string[] {
    const indent = ' '.repeat(column);
    return data.flatMap((value) => {
      const above = this.#above(column);
      if (isFilled(value) && !Array.isArray(value) && this.#draw(2) === 0) {
        const lines = this.#mapLines(value as Record<string, unknown>, column + 2);
        if (lines[0]!.trim() === '' || lines[0]!.trim().startsWith('#')) return [...above, `${indent}-`, ...lines];
        return [...above, `${indent}- ${lines[0]!.trimStart()}`, ...lines.slice(1)];
      }
      return [...above, ...`${indent}- ${this.#flow(value, column + 1)}`.split('\n')];
    });
  }

  /** On one line or, in brackets, on some more that are indented by at least so much. */
  #flow(value: unknown, column: number): string {
    if (typeof value !== 'object' || value === null) return this.#scalar(value);
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const entries = Array.isArray(value)
      ? value.map((each) => this.#flow(each, column + 1))
      : Object.entries(value).map(([key, each]) => `${this.#key(key)}: ${this.#flow(each, column + 1)}`);
    const padding = this.#draw(4) === 0 ? ' ' : '';
    if (entries.length === 0) return `${open}${padding}${close}`;
    const trailing = this.#draw(5) === 0 ? ',' : '';
    if (this.#draw(4) > 0) return `${open}${padding}${entries.join(', ')}${trailing}${padding}${close}`;
    const indent = `\n${' '.repeat(column + 2)}`;
    const lines = entries.map((entry, index) => `${entry}${index < entries.length - 1 ? ',' : trailing}${this.#beside()}`);
    return `${open}${indent}${lines.join(indent)}\n${' '.repeat(column)}${close}`;
  }

  #key(key: string): string {
    return /^[a-z/0-9]+$/.test(key) && !['null', 'yes', '12'].includes(key) && this.#draw(4) > 0 ? key : JSON.stringify(key);
  }

  #scalar(value: unknown): string {
    if (typeof value !== 'string') return JSON.stringify(value);
    if (/^[a-z][a-z0-9]*$/.test(value) && value !== 'null' && value !== 'yes' && this.#draw(3) > 0) return value;
    return value !== '' && !/[\n\t]/.test(value) && this.#draw(2) === 0
      ? `'${value.replaceAll("'", "''")}'`
      : JSON.stringify(value);
  }
}

function isFilled(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
