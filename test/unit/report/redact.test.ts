import { describe, expect, test } from '@jest/globals';
import { redact, redactText } from '../../../src/report/redact.ts';

const secret = 'tök-en"with\nline/+??>~';

describe('redact', () => {
  test.each([
    ['plain', secret],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in URL-safe base64', Buffer.from(secret).toString('base64url')],
    ['inside base64, alignment 1', Buffer.from(`a${secret}b`).toString('base64')],
    ['inside base64, alignment 2', Buffer.from(`ab${secret}bc`).toString('base64')],
    ['inside base64, alignment 3', Buffer.from(`abc${secret}bcd`).toString('base64')],
    ['JSON-escaped', JSON.stringify({ token: secret })],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ token: secret }) })],
    ['percent-encoded', encodeURIComponent(secret)],
  ])('%s', (_, text) => {
    const out = redact({ list: [{ deep: `before ${text} after` }], [text]: 1 }, [secret]);
    expect(JSON.stringify(out).match(/\(secret\)/g)!.length).toBe(2);
    expect(JSON.stringify(out)).not.toContain(JSON.stringify(text).slice(8, -8));
  });

  test('the original stays as it is; nothing else changes', () => {
    const document = { a: [`x ${secret}`, 1, null, true], b: { c: undefined } };
    const copy = structuredClone(document);
    expect(redact(document, [secret])).toEqual({ a: ['x (secret)', 1, null, true], b: { c: undefined } });
    expect(document).toEqual(copy);
    expect(redact(document, [])).toBe(document);
  });

  test('a value within another leaves no rest, patterns in values are text, short words are not secrets', () => {
    expect(redactText('abcdefgh abcdef', ['abcdef', 'abcdefgh'])).toBe('(secret) (secret)');
    expect(redactText('a.c*(d)[e] axc', ['a.c*(d)[e]'])).toBe('(secret) axc');
    expect(redactText('admin of admin', ['admin', ''])).toBe('admin of admin');
  });

  test('the value as read from a file, with its last line end, is found without it', () => {
    expect(redactText('token abcdefgh!', ['abcdefgh\n'])).toBe('token (secret)!');
  });
});
