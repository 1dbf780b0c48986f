import { describe, expect, test } from '@jest/globals';
import { actionFlag, runsOnFlag } from '../../../src/verbs/init/flags.ts';
import { VERSION } from '../../../src/version.ts';

/** An expression of GitHub. */
const expression = (inside: string) => `\${{ ${inside} }}`;

describe('--runs-on', () => {
  test.each([
    ['ubuntu-24.04', 'ubuntu-24.04'],
    ['self-hosted, linux,x64', ['self-hosted', 'linux', 'x64']],
    [expression('vars.RUNNER'), expression('vars.RUNNER')],
    [expression('fromJSON(vars.LABELS)'), expression('fromJSON(vars.LABELS)')],
    [expression('fromJSON(\'["a", "secrets.b"]\')'), expression('fromJSON(\'["a", "secrets.b"]\')')],
    [`site,${expression("format('{0},{1}', vars.A, 'b')")}`, ['site', expression("format('{0},{1}', vars.A, 'b')")]],
    [`runs-on=${expression('github.run_id')}/cpu=2`, `runs-on=${expression('github.run_id')}/cpu=2`],
  ])('%s', (text, labels) => {
    expect(runsOnFlag(text)).toEqual(labels);
  });

  test('is not asked for', () => {
    expect(runsOnFlag(undefined)).toBeUndefined();
  });

  test.each(['', ' ', 'a,,b', 'a,', '"a"', "'a'", '[a, b]', '{group: a}', 'a\nb', 'a\u202eb', '${{ vars.A', 'vars.A }}', 'a`b'])(
    '%j is no label',
    (text) => {
      expect(() => runsOnFlag(text)).toThrow('which is not a runner label');
    },
  );

  test.each([
    ['secrets', 'secrets.RUNNER'],
    ['env', "env['RUNNER']"],
    ['runner', "format('{0}', runner.os)"],
  ])('GitHub has no %s there', (context, inside) => {
    expect(() => runsOnFlag(expression(inside))).toThrow(`--runs-on uses ${context}, which GitHub does not provide for runs-on`);
  });
});

describe('--repository', () => {
  const sha = '0123456789abcdef0123456789abcdef01234567';
  test.each([
    ['acme/cn2-fleet', { name: 'acme/cn2-fleet', ref: `v${VERSION}` }],
    ['acme/cn2-fleet@v1.2.3', { name: 'acme/cn2-fleet', ref: 'v1.2.3' }],
    [`acme/cn2-fleet@${sha}`, { name: 'acme/cn2-fleet', ref: sha }],
    ['acme/cn2-fleet@release/1.x', { name: 'acme/cn2-fleet', ref: 'release/1.x' }],
    ['acme/cn2-fleet/node@v1', { name: 'acme/cn2-fleet/node', ref: 'v1' }],
  ])('%s', (text, action) => {
    expect(actionFlag(text, VERSION)).toEqual(action);
  });

  test.each([
    '',
    'cn2-fleet',
    '/cn2-fleet',
    'acme/',
    'acme/..',
    './cn2-fleet',
    'https://github.com/acme/cn2-fleet',
    'acme/cn2-fleet@',
    'acme/cn2-fleet@a b',
    'acme/cn2-fleet@a..b',
    'acme/cn2-fleet@-x',
    'acme/cn2-fleet@a@b',
    'acme/cn2-fleet@v1\n        run: x',
    'acme/cn2-fleet@v1 # x',
    expression('github.repository'),
    `acme/cn2-fleet@${expression('github.sha')}`,
  ])('%j is none', (text) => {
    expect(() => actionFlag(text, VERSION)).toThrow('does not name the repository of an Action');
  });
});
