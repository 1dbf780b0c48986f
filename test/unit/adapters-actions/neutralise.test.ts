import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { guardedWriter, neutralise, neutraliseJson } from '../../../src/report/github/neutralise.ts';

/** What the runner takes for a command: `::name` after trimming, or `##[name]` anywhere; lines end as .NET reads them. */
function commandsIn(output: string): string[] {
  return output
    .split(/\r\n|\r|\n/)
    .filter((line) => line.replace(/^(?:\s|\u0085)+/, '').startsWith('::') || line.includes('##['));
}

const PIECES = [
  '::',
  ':',
  '##[',
  '##',
  '#',
  '[',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\u0085',
  '\u00a0',
  '\u2028',
  'add-mask',
  '::x',
  'set-output name=a::b',
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 12 });

describe('text that the runner reads', () => {
  test.each([
    ['::set-output name=x::y'],
    ['  \t::add-mask::kind'],
    ['ok\n::error::no'],
    ['ok\r::error::no'],
    ['\u0085::debug::no'],
    ['cluster2 ##[error]no'],
    ['##[add-matcher]/tmp/m.json'],
    [':::stop-commands::x'],
  ])('has no command: %j', (text) => {
    expect(commandsIn(text)).not.toEqual([]);
    expect(commandsIn(neutralise(text))).toEqual([]);
  });

  test('is left alone where nothing is one', () => {
    const text = 'fe80::1 is in a::b\n  10.0.0.0/8 ## heading [x]\nimage: registry:5000/a:b\n';
    expect(neutralise(text)).toBe(text);
  });

  test('has no command whatever pieces it is made of, written at once or in pieces', () => {
    fc.assert(
      fc.property(hostile, (pieces) => {
        const written: string[] = [];
        const write = guardedWriter((text) => written.push(text));
        for (const piece of pieces) write(piece);
        expect(commandsIn(written.join(''))).toEqual([]);
        expect(written.join('')).toBe(neutralise(pieces.join('')));
        expect(neutralise(neutralise(pieces.join('')))).toBe(neutralise(pieces.join('')));
      }),
      { numRuns: 2000 },
    );
  });

  test('stays the same document where it is JSON', () => {
    const value = { '##[group]': ['::notice::a', 'x##[error]\\##[b', '\n::c::d'] };
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      expect(commandsIn(neutraliseJson(text))).toEqual([]);
      expect(JSON.parse(neutraliseJson(text))).toEqual(value);
    }
  });

  test('takes no time for a megabyte of white space', () => {
    const started = performance.now();
    neutralise(`${' \n'.repeat(500_000)}::x::y`);
    neutralise(`${' '.repeat(1_000_000)}x`);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
