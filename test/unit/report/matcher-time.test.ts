import { expect, test } from '@jest/globals';
import { Redactor } from '../../../src/report/redactor.ts';

test('a text full of beginnings of a secret takes no more time for each of them', () => {
  const secrets = new Redactor();
  secrets.reveal('eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.abc.def');
  const timeOf = (beginnings: number) => {
    const text = `…${'eyJhbG'.repeat(beginnings)}`;
    const began = process.cpuUsage();
    const found = secrets.text(text);
    // Milliseconds of this process: whatever else the machine does is not counted.
    const time = process.cpuUsage(began).user / 1_000;
    expect(found.length).toBe(text.length);
    return time;
  };
  const quickest = (beginnings: number) => Math.max(1, Math.min(...[1, 2, 3].map(() => timeOf(beginnings))));
  timeOf(1_000);
  // Sixteen times the text took more than a hundred times as long while each beginning was followed to the end of the text.
  expect(quickest(320_000) / quickest(20_000)).toBeLessThan(64);
  expect(secrets.text('x eyJhbGciOiJSUzI1…')).toBe('x (secret)…');
});
