import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { approve, isSubset } from '../../../src/plan/approval.ts';
import { planDigest } from '../../../src/plan/digest.ts';
import { redactPlan } from '../../../src/report/redact-plan.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { revealCredential, secretsIn } from '../../../src/report/secret-values.ts';
import { isOwnWord } from '../../../src/report/vocabulary.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const KEY = `-----BEGIN PRIVATE KEY-----\n${'canaryOfTheKey0'.repeat(4)}\n${'canaryOfTheKey1'.repeat(4)}\n-----END PRIVATE KEY-----\n`;

/** A kubeconfig whose user is written in this way, and what of it is secret. */
const FORMS: Record<string, [user: string, secrets: string[]]> = {
  'in flow style': ['{token: canary-flow}', ['canary-flow']],
  'in double quotes, with escapes': ['{"token": "canary\\u002dquoted \\"x\\""}', ['canary-quoted "x"']],
  'in single quotes, with a comma and a space': [
    "{token: 'canary, with space and '' quote'}",
    ["canary, with space and ' quote"],
  ],
  plain: ['\n    token: canary plain, with comma', ['canary plain, with comma']],
  'over two lines': ['\n    token: canary over\n      two lines', ['canary over two lines']],
  'as a literal block': [`\n    client-key-data: |\n      ${base64(KEY).replace(/.{40}/g, '$&\n      ')}`, [KEY]],
  'as a folded block': ['\n    token: >-\n      canary-fold\n      second', ['canary-fold second']],
  'through an anchor': ['&u {token: &t canary-anchor}\n- name: other\n  user: {password: *t, username: me}', ['canary-anchor']],
  'through a merge key': ['{<<: {token: canary-merged}}', ['canary-merged']],
  'as user and password': ['{username: admin, password: canary-pass}', ['canary-pass', 'admin:canary-pass']],
  'of an auth provider': [
    '{auth-provider: {config: {refresh-token: canary-refresh, id-token: canary-id}}}',
    ['canary-refresh', 'canary-id'],
  ],
  'of a plug-in': [
    '{exec: {command: x, args: [--token, canary-arg, --client-secret=canary-flag], env: [{name: API_TOKEN, value: canary-env}]}}',
    ['canary-arg', 'canary-flag', 'canary-env'],
  ],
  'with an unknown anchor': ['{token: canary-broken, password: *nowhere}', ['canary-broken']],
};

function known(credential: string): Redactor {
  const redactor = new Redactor();
  revealCredential(redactor, credential);
  return redactor;
}

describe('what a kubeconfig has of secrets', () => {
  test.each(Object.entries(FORMS))('%s', (_, [user, secrets]) => {
    const redactor = known(`apiVersion: v1\nkind: Config\nusers:\n- name: admin\n  user: ${user}\n`);
    for (const secret of secrets) {
      expect(redactor.text(`said: ${secret}!`)).toBe('said: (secret)!');
      expect(redactor.text(`base64: ${base64(`x${secret}`)}`)).not.toContain(base64(`x${secret}`).slice(4, 12));
    }
    const words = 'apiVersion: v1, kind: Config, users: admin of kubernetes-admin';
    expect(redactor.text(words)).toBe(words);
  });

  test('user and password of a proxy, decoded as well, but not its address', () => {
    const redactor = known(
      'clusters: [{name: c, cluster: {server: "https://api:6443", proxy-url: "http://me:canary%20proxy@proxy.example:3128"}}]',
    );
    expect(redactor.text('canary%20proxy, canary proxy, proxy.example:3128')).toBe('(secret), (secret), proxy.example:3128');
    expect(redactor.text(`Basic ${base64('me:canary proxy')}`)).toBe('Basic (secret)');
  });

  test('of a docker config: auth, its password, tokens and headers', () => {
    const redactor = known(
      JSON.stringify({
        auths: { r: { auth: base64('robot:canary:auth'), identitytoken: 'canary-identity' } },
        HttpHeaders: { Authorization: 'Bearer canary-header' },
      }),
    );
    expect(redactor.text(`${base64('robot:canary:auth')} canary:auth canary-identity canary-header robot`)).toBe(
      '(secret) (secret) (secret) (secret) robot',
    );
  });

  test('aliases without end do no harm', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(level > 0 ? 9 : 0)}]`,
    );
    expect(secretsIn(`${bomb.join('\n')}\ntoken: canary-bomb\n`)).toContain('canary-bomb');
  });
});

describe('a redactor', () => {
  test('looks for more only when a secret comes to light, never with lines of output', () => {
    const redactor = known('token: canary-token-1');
    const forms = redactor.forms;
    for (let line = 0; line < 1000; line++) redactor.text(`line ${line} with canary-token-1`);
    revealCredential(redactor, 'token: canary-token-1');
    expect(redactor.forms).toBe(forms);
    redactor.reveal('canary-token-2');
    expect(redactor.forms).toBeGreaterThan(forms);
    expect(redactor.text('canary-token-2')).toBe('(secret)');
  });

  test('an authorization as it was sent, with its scheme or without', () => {
    const redactor = new Redactor();
    redactor.revealAuthorization('Bearer canary-bearer');
    redactor.revealAuthorization(`Basic ${base64('admin:canary-basic')}`);
    redactor.revealAuthorization('canary-raw');
    expect(redactor.text('Bearer canary-bearer; canary-bearer')).toBe('(secret); (secret)');
    expect(redactor.text(`${base64('admin:canary-basic')}; canary-basic; admin; canary-raw`)).toBe(
      '(secret); (secret); admin; (secret)',
    );
  });

  test('a secret of several lines, line by line, without what stands around every key', () => {
    const redactor = new Redactor();
    const masks: string[] = [];
    redactor.reveal(KEY);
    redactor.onMask((text) => masks.push(text));
    expect(redactor.text(`${'canaryOfTheKey1'.repeat(4)} of -----BEGIN PRIVATE KEY-----`)).toBe(
      '(secret) of -----BEGIN PRIVATE KEY-----',
    );
    expect(masks).toContain(KEY);
    expect(masks).toContain(base64(KEY.trim()));
  });

  test('what somebody has cut off', () => {
    const redactor = known(`token: ${'canary-long-'.repeat(20)}end`);
    expect(redactor.text('refused: canary-long-cana… (300 more characters)')).toBe('refused: (secret)… (300 more characters)');
    expect(redactor.text('canary-long-cana and more')).toBe('canary-long-cana and more');
  });

  test('keeps JSON what it is, whatever the secret', () => {
    const text = fc.string({
      minLength: 6,
      maxLength: 12,
      unit: fc.constantFrom('a', 'b', '"', '\\', '\n', 'n', 'u', '0', '/', '<', 'é'),
    });
    fc.assert(
      fc.property(text, text, text, (secret, before, after) => {
        const redactor = new Redactor();
        redactor.reveal(secret);
        const document = { list: [`${before}${secret}${after}`, { [`k ${secret}`]: `${after}${before}` }], n: 1 };
        const out = JSON.parse(redactor.json(`${JSON.stringify(document, null, 2)}\n`));
        if (secret.trim().length >= 6) expect(JSON.stringify(out)).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(out.n).toBe(1);
      }),
    );
  });

  test('does the same twice as once', () => {
    const redactor = known('token: (secret');
    redactor.reveal('secret)x');
    const once = redactor.text('a (secret) b (secret)x c');
    expect(redactor.text(once)).toBe(once);
  });

  test('a value that is a word of every report hides nothing and breaks nothing; it is counted', () => {
    const redactor = known('{token: clusters, password: secret}');
    const document = { clusters: [{ name: 'the pull secret' }] };
    expect(redactor.document(document)).toEqual(document);
    expect(redactor.unhidden).toBe(2);
  });

  test('the words of every report are those of the schemas', () => {
    const folder = join(import.meta.dirname, '../../../schema');
    const words = new Set<string>();
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) for (const item of value) walk(item);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, member] of Object.entries(value)) {
        if (key === 'properties') for (const name of Object.keys(member as object)) words.add(name);
        if (key === 'enum') for (const word of member as unknown[]) if (typeof word === 'string') words.add(word);
        if (key === 'const' && typeof member === 'string') words.add(member);
        walk(member);
      }
    };
    for (const file of readdirSync(folder)) walk(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    expect([...words].filter((word) => word.length >= 6 && !isOwnWord(word))).toEqual([]);
  });
});

test('a plan in which a cluster repeats a token is approved and found again without it', () => {
  const field = { path: '/metadata/annotations/echo', before: 'Bearer canary-echo', after: 'x' };
  const change = {
    action: 'update' as const,
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'canary-echo',
    for: 'c',
    stage: '10-access' as const,
    predicted: false,
    fields: [field],
  };
  const meaning = {
    fleet: 'f',
    index: 'i',
    complete: true,
    clusters: [{ name: 'c', uid: 'u', role: 'central' as const, status: 'known' as const, requests: 1, changes: [change] }],
  };
  const redactor = known('token: canary-echo');
  const plan = redactPlan({ schemaVersion: 1, digest: planDigest(meaning), ...meaning }, redactor);
  expect(plan.clusters[0]!.changes[0]).toMatchObject({ name: 'canary-echo', fields: [{ before: 'Bearer (secret)' }] });
  expect(isSubset(plan, approve(plan))).toEqual({ ok: true });
});
