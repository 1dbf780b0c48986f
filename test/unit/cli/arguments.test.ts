import { expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import type { UserError } from '../../../src/model/user-error.ts';
import { VERBS } from '../../../src/verbs/all.ts';
import type { Invocation } from '../../../src/verbs/verb.ts';

function parsed(...words: string[]): Invocation {
  const result = parseCommandLine(words);
  if ('help' in result) throw new Error('help was not asked for');
  return result;
}

test('flags have the defaults that the help shows', () => {
  const apply = parsed('apply');
  expect([apply.text('file'), apply.text('format'), apply.number('lock-ttl'), apply.number('gate-timeout')]).toEqual([
    'clusters.yaml',
    'text',
    60,
    900,
  ]);
  expect(apply.list('only')).toEqual([]);
});

test('a lock need not be waited for; every other number is above 0', () => {
  expect(parsed('apply', '--lock-timeout', '0').number('lock-timeout')).toBe(0);
  for (const [flag, text] of [
    ['lock-ttl', '0'],
    ['lock-timeout', '-1'],
    ['concurrency', '0'],
    ['concurrency', 'x'],
    ['lock-timeout', ''],
  ] as const)
    expect(() => parsed('apply', `--${flag}=${text}`).number(flag)).toThrow(`--${flag} needs a number`);
});

test('repeated --only adds up, short flags work', () => {
  const plan = parsed('plan', '-f', 'fleet.yaml', '--only', 'a', '--only', 'b', '--offline');
  expect([plan.text('file'), plan.list('only'), plan.on('offline')]).toEqual(['fleet.yaml', ['a', 'b'], true]);
});

test('the lab takes its verb', () => {
  expect(parsed('lab', 'up', '--audit').words).toEqual(['up']);
  expect(parsed('lab', 'fault', 'undo', 'echo-loss').words).toEqual(['fault', 'undo', 'echo-loss']);
});

test.each([
  [['aply'], 'unknown command "aply"'],
  [['plan', '--ofline'], "unknown option '--ofline'"],
  [['plan', 'extra'], 'plan takes no argument "extra"'],
  [['plan', '--format', 'xml'], 'plan has no format "xml"'],
  [['lab'], 'lab needs one of up, down, status, env, fault'],
  [['lab', 'sideways'], 'lab needs one of up, down, status, env, fault'],
])('%j is the user’s error, with a hint', (words, message) => {
  expect(() => parseCommandLine(words)).toThrow(message);
  try {
    parseCommandLine(words);
  } catch (error) {
    expect((error as UserError).hint).not.toBe('');
  }
});

test('a number has to be one', () => {
  expect(() => parsed('apply', '--lock-ttl', 'soon').number('lock-ttl')).toThrow('--lock-ttl needs a number above 0, not "soon"');
});

test('help of every command names its flags and exit codes', () => {
  for (const command of VERBS) {
    const result = parseCommandLine([command.name, '--help']);
    if (!('help' in result)) throw new Error('no help');
    for (const flag of command.flags) expect(result.help).toContain(`--${flag.name}`);
    expect(result.help).toContain(`exit codes: ${command.exits.join(' ')}`);
  }
});
