import { describe, expect, test } from '@jest/globals';
import { parseVendorFile } from '../../../src/render/vendor-document.ts';
import { smallRelease } from '../../support/small-release.ts';
import { CENTRAL, DEPLOYER, edited, findingsOf, placeOf, VROUTER } from '../../support/vendor-faults.ts';

const FILE = 'files/one.yaml';

function read(spec: string) {
  return parseVendorFile(FILE, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nspec:\n  ${spec}\n`);
}

describe('what would not be carried over as it is', () => {
  test.each([
    ['an int64 beyond what a double holds', 'big: 9007199254740993', 8, '9007199254740993'],
    ['a negative one', 'big: -9007199254740993', 8, 'rounded'],
    ['in hexadecimal', 'big: 0x20000000000001', 8, 'rounded'],
    ['in the octal of YAML 1.1', 'big: 0400000000000000001', 8, 'rounded'],
    ['in a list', 'list: [1, 18446744073709551615]', 13, 'rounded'],
    ['as an alias shows it', 'a: &a 9223372036854775807', 9, 'rounded'],
    ['as a key', '9007199254740993: x', 3, 'rounded'],
    ['infinity', 'big: .inf', 8, 'JSON'],
    ['not a number', 'big: .nan', 8, 'JSON'],
    ['beyond a double', 'big: 1e400', 8, 'JSON'],
    ['digits set apart', 'big: 1_000', 8, 'kubectl takes for a number'],
    ['a fraction of them', 'big: 1_0.5', 8, 'kubectl takes for a number'],
    ['binary', 'big: 0b101', 8, 'kubectl takes for a number'],
    ['the key of the prototype', 'labels: {__proto__: {a: b}}', 12, '__proto__'],
    ['an unknown tag', 'big: !money 5', 8, 'tag'],
  ])('%s is refused at its place', (_title, spec, column, words) => {
    const { documents, findings } = read(spec);
    expect(documents).toEqual([]);
    expect(findings).toMatchObject([
      { rule: 'manifests', severity: 'error', file: FILE, line: 5, column, message: expect.stringContaining(words) },
    ]);
    expect(findings[0]!.remedy).not.toBe('');
  });

  test.each([
    ['the greatest whole number', 'v: 9007199254740991', { v: 9007199254740991 }],
    ['text that looks like one', 'v: "9007199254740993"', { v: '9007199254740993' }],
    ['underscores in names', 'v: a_1', { v: 'a_1' }],
    ['a version', 'v: 1_2.3.4', { v: '1_2.3.4' }],
    ['words of Object', 'v: {constructor: a, toString: b}', { v: { constructor: 'a', toString: 'b' } }],
  ])('%s is kept', (_title, spec, value) => {
    expect(read(spec)).toMatchObject({ findings: [], documents: [{ object: { spec: value } }] });
  });
});

describe('merge keys mean what they mean to kubectl', () => {
  test.each([
    ['before', 'base: &base {a: 1, b: 2}\n  more: {<<: *base, b: 3}', { a: 1, b: 3 }],
    ['behind', 'base: &base {a: 1, b: 2}\n  more: {b: 3, <<: *base}', { b: 3, a: 1 }],
    ['of several', 'x: &x {a: 1}\n  y: &y {a: 2, c: 3}\n  more: {<<: [*x, *y]}', { a: 1, c: 3 }],
    ['quoted, which is a key', 'more: {"<<": a}', { '<<': 'a' }],
  ])('%s', (_title, spec, more) => {
    const { documents, findings } = read(spec);
    expect(findings).toEqual([]);
    expect((documents[0]!.object['spec'] as { more: unknown }).more).toEqual(more);
  });

  test('of something else than a mapping is no object', () => {
    expect(read('more: {<<: 5}').findings).toMatchObject([{ rule: 'manifests', file: FILE }]);
  });
});

describe('an object that stands twice', () => {
  const files = smallRelease();
  const account =
    '---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: contrail-serviceaccount\n  namespace: contrail\n';
  const changed = account.replace('metadata:', 'automountServiceAccountToken: false\nmetadata:');

  test('with other content is reported where it stands, beside the first', () => {
    const text = `${files[DEPLOYER]!.trimEnd()}\n${account}${changed}`;
    const findings = findingsOf({ ...files, [DEPLOYER]: text });
    const last = text.split('\n').length - 2;
    expect(findings.filter(({ message }) => message.includes('twice'))).toMatchObject([
      { rule: 'manifests', file: DEPLOYER, line: last, column: 9, related: [{ file: DEPLOYER }] },
    ]);
  });

  test('with the same content is one object', () => {
    const text = `${files[DEPLOYER]!.trimEnd()}\n${account}${account}`;
    expect(findingsOf({ ...files, [DEPLOYER]: text }).filter(({ message }) => message.includes('twice'))).toEqual([]);
  });

  test('in the central file, which is not applied, is no matter', () => {
    const text = `${files[CENTRAL]!.trimEnd()}\n${account}${changed}`;
    expect(findingsOf({ ...files, [CENTRAL]: text })).toEqual([]);
  });

  test('a rounded number in a whole release is refused at its line', () => {
    const by = edited(VROUTER, /kind: Vrouter\n/, 'kind: Vrouter\nbig: 9007199254740993\n');
    expect(findingsOf(by)).toMatchObject([{ file: VROUTER, ...placeOf(by[VROUTER]!, '9007199254740993') }]);
  });
});
