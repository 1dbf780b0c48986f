import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yaml11Reading } from '../../src/declare/yaml11.ts';

/** A plain scalar as each version of YAML reads it. */
function readings(scalar: string): { v11: unknown; v12: unknown } {
  const of = (version: '1.1' | '1.2'): unknown => {
    const value: unknown = parse(scalar, { version, logLevel: 'silent', intAsBigInt: false });
    return value instanceof Date ? `date ${value.getTime()}` : value;
  };
  return { v11: of('1.1'), v12: of('1.2') };
}

/** Scalars near the border: numbers with colons and underscores, words for truth, dates. */
const scalar = fc.oneof(
  fc.constantFrom('yes', 'Yes', 'YES', 'no', 'No', 'on', 'ON', 'off', 'Off', 'y', 'N', 'true', 'null', '~', 'yEs', 'oN', 'yess'),
  fc.stringMatching(/^[-+]?[0-9]{1,4}(:[0-9]{1,2}){0,3}$/),
  fc.stringMatching(/^0[0-9_]{0,4}$/),
  fc.stringMatching(/^0[xbo][0-9a-f_]{1,4}$/),
  fc.stringMatching(/^[0-9][0-9_]{0,4}(\.[0-9_]{0,3})?$/),
  fc.stringMatching(/^20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}$/),
  fc.stringMatching(/^[0-9]{1,3}(\.[0-9]{1,3}){3}(\/[0-9]{1,2})?$/),
  fc.stringMatching(/^[a-z0-9]{1,4}(:[a-z0-9]{0,4}){2,7}$/).filter((text) => !text.endsWith(':')),
);

describe('YAML 1.1 readings', () => {
  test('there is a warning wherever a YAML 1.1 parser reads another value', () => {
    fc.assert(
      fc.property(scalar, (text) => {
        const { v11, v12 } = readings(text);
        if (!Object.is(v11, v12)) expect({ text, reading: yaml11Reading(text) }).not.toEqual({ text, reading: undefined });
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    '22.2.0.93',
    'cn2.23.4.0.59',
    '10.0.0.0/24',
    '172.27.115.180',
    'ns1',
    'true',
    '0',
    '19446',
    '1.5',
    'fd85::1',
    'cluster1/ns1/vn1',
    'attached',
    'nope',
    '12:3a',
  ])('%s reads the same everywhere', (text) => {
    const { v11, v12 } = readings(text);
    expect(v11).toEqual(v12);
    expect(yaml11Reading(text)).toBeUndefined();
  });

  test.each([
    ['yes', 'true'],
    ['Off', 'false'],
    ['0100', 'an octal number'],
    ['12:30', 'a base-60 number'],
    ['64512:10', 'a base-60 number'],
    ['1_000', 'a number'],
    ['0b11', 'a binary number'],
    ['2026-01-31', 'a date'],
  ])('%s is %s to a YAML 1.1 reader', (text, reading) => {
    expect(yaml11Reading(text)).toBe(reading);
  });
});
