import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { type Host, surroundingsOf } from '../../../src/cli/surroundings.ts';
import { refuseForStranger } from '../../../src/cli/untrusted.ts';
import { UserError } from '../../../src/model/user-error.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { VERBS } from '../../../src/verbs/all.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const STRANGER = {
  origin: 'of a pull request from the fork mallory/fleet',
  remedy: 'push the branch to the repository acme/fleet and open the pull request from there',
};

function refusal(...words: string[]): UserError | undefined {
  const invocation = parseCommandLine(words);
  if ('help' in invocation) throw new Error('a command is wanted');
  try {
    refuseForStranger(invocation, STRANGER);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

test('nothing but what looks at no cluster is a stranger’s, the lab, and the documentation', () => {
  const all = VERBS.filter(({ strangers }) => strangers === 'always').map(({ name }) => name);
  const some = VERBS.filter(({ strangers }) => !['always', 'never'].includes(String(strangers))).map(({ name }) => name);
  expect([all, some]).toEqual([
    ['explain', 'rehearse', 'lab'],
    ['validate', 'render', 'plan'],
  ]);
});

test.each([['validate'], ['render', '--check'], ['plan'], ['plan', '--offline'], ['plan', '--publish']])(
  '%s %s runs',
  (...words) => {
    expect(refusal(...words)).toBeUndefined();
  },
);

test.each([
  [['validate', '--live'], 'validate --live'],
  [['render'], 'render'],
  [['propose'], 'propose'],
  [['apply'], 'apply'],
  [['smoke'], 'smoke'],
  [['drift'], 'drift'],
  [['init'], 'init'],
  [['import', '--central', 'a', '--distributed', 'b=c'], 'import'],
])('%j is refused, with the reason and what to do', (words, named) => {
  expect(refusal(...words)).toMatchObject({
    message: `this run is ${STRANGER.origin}: ${named} is not allowed for it; ${STRANGER.remedy}`,
    hint: 'such a run may only validate, render --check and plan, all of them without any cluster',
  });
});

describe('what is around a command', () => {
  let folder: string;
  let environment: Record<string, string>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-stranger-'));
    const repo = (name: string) => ({ repo: { full_name: name } });
    const event = { pull_request: { number: 7, head: repo('mallory/fleet'), base: repo('acme/fleet') } };
    writeFileSync(join(folder, 'event.json'), JSON.stringify(event));
    environment = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: join(folder, 'event.json') };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const around = (words: string[], more: Partial<Host> = {}) => {
    const invocation = parseCommandLine(words);
    if ('help' in invocation) throw new Error('a command is wanted');
    return surroundingsOf(invocation, {
      environment,
      root: folder,
      write: () => {},
      clock: new FakeClock(0),
      reporter: { progress: () => {} },
      secrets: new Redactor(),
      signal: new AbortController().signal,
      ...more,
    });
  };

  test('a stranger’s run is told before a token or a repository is looked for', async () => {
    for (const words of [['apply'], ['apply', '--publish'], ['propose'], ['drift', '--publish']]) {
      await expect(around(words)).rejects.toThrow('this run is of a pull request from the fork mallory/fleet');
    }
    expect((await around(['plan'])).stranger?.origin).toContain('mallory/fleet');
  });

  test('the clean-up of one is not refused, and has no GitHub to write to', async () => {
    const { stranger, github } = await around(['apply', '--publish'], { cleaningUp: true });
    expect([stranger?.origin, github]).toEqual([STRANGER.origin, undefined]);
  });

  test('the team’s own has no stranger', async () => {
    expect(await around(['apply'], { environment: {} })).not.toHaveProperty('stranger');
  });
});
