import { expect, jest, test } from '@jest/globals';
import { type Interruptible, interruptible } from '../../../src/cli/interruption.ts';

function process() {
  const listeners = new Map<string, () => void>();
  const ended: number[] = [];
  const said: string[] = [];
  const fake = {
    on: (signal: string, listener: () => void) => listeners.set(signal, listener),
    exit: (code: number) => ended.push(code),
    stderr: { write: (text: string) => said.push(text) },
  } as unknown as Interruptible;
  return { fake, ended, said, send: (signal: 'SIGINT' | 'SIGTERM') => listeners.get(signal)?.() };
}

const atOnce = () => {};

test('the second interruption ends a command, and so do some seconds', () => {
  jest.useFakeTimers();
  const { fake, ended, said, send } = process();
  const signal = interruptible(fake, { endsAtOnce: false, atOnce });
  send('SIGINT');
  expect([signal.aborted, ended, said.join()]).toEqual([true, [], expect.stringContaining('safe point')]);
  send('SIGTERM');
  expect(ended).toEqual([130]);
  jest.advanceTimersByTime(7_000);
  expect(ended.length).toBeGreaterThan(1);
  jest.useRealTimers();
});

test('a command with a lab takes it down, however often it is interrupted, for a minute', () => {
  jest.useFakeTimers();
  const { fake, ended, said, send } = process();
  const signal = interruptible(fake, { endsAtOnce: false, inLab: true, atOnce });
  for (const word of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) send(word);
  jest.advanceTimersByTime(59_000);
  expect([signal.aborted, ended, said]).toEqual([true, [], ['\ninterrupted: taking the lab down\n']]);
  jest.advanceTimersByTime(1_000);
  expect(ended).toEqual([130]);
  jest.useRealTimers();
});
