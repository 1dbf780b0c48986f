import { expect, test } from '@jest/globals';
import { Redactor } from '../../../src/report/redactor.ts';

test('a text full of beginnings of a secret takes no more time for each of them', () => {
  const secrets = new Redactor();
  secrets.reveal('eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.abc.def');
  const timeOf = (beginnings: number) => {
    const text = `…${'eyJhbG'.repeat(beginnings)}`;
    const began = performance.now();
    const found = secrets.text(text);
    const time = performance.now() - began;
    expect(found.length).toBe(text.length);
    return time;
  };
  /** The machine may do something else meanwhile: the quickest of some. */
  const quickest = (beginnings: number) => Math.min(...[1, 2, 3].map(() => timeOf(beginnings)));
  timeOf(1_000);
  // Eight times the text took more than twenty times as long while each beginning was followed to the end of the text.
  expect(quickest(160_000) / quickest(20_000)).toBeLessThan(14);
  expect(secrets.text('x eyJhbGciOiJSUzI1…')).toBe('x (secret)…');
});
