import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../../src/declare/declaration.ts';
import { judgeHandoverTrial, judgeHandoverValue } from '../../../src/rules/e19-handover.ts';
import type { HandoverInput } from '../../../src/rules/rule.ts';
import { selfSigned } from '../../support/certificate.ts';
import { GUIDE, lineOf } from './guide.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const DAY = 86_400_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const certificate = (days: number) =>
  selfSigned({ names: ['a'], notBefore: new Date(NOW - 900 * DAY), notAfter: new Date(NOW + days * DAY) });
const jwt = (claims: object) => `${base64('{}')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

function input(
  user: Record<string, unknown>,
  cluster: Record<string, unknown> = {},
  more: Partial<HandoverInput> = {},
): HandoverInput {
  return {
    at: '/distributed/0/kubeconfig',
    cluster: 'cluster2',
    server: 'https://172.27.115.183:6443',
    isOwn: false,
    now: NOW,
    value: JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
      clusters: [{ name: 'k', cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
      users: [{ name: 'u', user }],
    }),
    ...more,
  };
}

const said = (...parts: Parameters<typeof input>) =>
  judgeHandoverValue(input(...parts)).map(({ severity, message }) => [severity, message]);
const pair = ({ certificate: text, key }: { certificate: string; key: string }) => ({
  'client-certificate-data': base64(text),
  'client-key-data': base64(key),
});

describe('E19: what is handed over', () => {
  test('is good for more than 30 days', () => {
    expect(said({ token: 't' })).toEqual([]);
    expect(said(pair(certificate(31)), { 'certificate-authority-data': base64(certificate(31).certificate) })).toEqual([]);
    expect(said({ token: jwt({ exp: (NOW + 31 * DAY) / 1000 }) })).toEqual([]);
    expect(said({ token: jwt({ sub: 'without an end' }) })).toEqual([]);
    expect(said({ token: 'a.token.of-three-parts' })).toEqual([]);
  });

  test.each<[string, number, 'error' | 'warning', string]>([
    ['ends within 30 days', 29, 'warning', 'expires on 2026-12-28'],
    ['has ended', -1, 'error', 'expired on 2026-11-28'],
  ])('%s', (_, days, severity, when) => {
    const identity = certificate(days);
    expect(said(pair(identity))).toEqual([
      [severity, `cluster2: the client certificate of the kubeconfig that is handed over ${when}`],
    ]);
    expect(said({ token: 't' }, { 'certificate-authority-data': base64(identity.certificate) })).toEqual([
      [severity, `cluster2: the certificate of the authority of the kubeconfig that is handed over ${when}`],
    ]);
    expect(said({ token: jwt({ exp: (NOW + days * DAY) / 1000 }) })).toEqual([
      [severity, `cluster2: the token of the kubeconfig that is handed over ${when}`],
    ]);
  });

  test('of two authorities, as during a change, the later one counts', () => {
    const both = `${certificate(-1).certificate}${certificate(300).certificate}`;
    expect(said({ token: 't' }, { 'certificate-authority-data': base64(both) })).toEqual([]);
  });

  test("is none of cn2-fleet's own identities, which CN2 cannot work with", () => {
    const of = (subject: unknown) => said({ token: jwt({ sub: subject }) });
    expect(of('system:serviceaccount:cn2-fleet:cn2-fleet-plan')).toEqual([
      [
        'error',
        'cluster2: the kubeconfig that is handed over is that of cn2-fleet-plan, which is for cn2-fleet and lacks the rights that CN2 needs',
      ],
    ]);
    expect(of('system:serviceaccount:cn2-fleet:cn2-fleet-apply')).toHaveLength(1);
    for (const other of [
      'system:serviceaccount:contrail:cn2-fleet-plan',
      'system:serviceaccount:cn2-fleet:for-cn2',
      'cn2-fleet-plan',
      7,
    ])
      expect(of(other)).toEqual([]);
  });

  test('holds no certificate', () => {
    expect(said({ token: 't' }, { 'certificate-authority-data': base64('canary') })).toEqual([
      [
        'error',
        'cluster2: the certificate of the authority of the kubeconfig that is handed over cannot be read: it is not a certificate',
      ],
    ]);
  });

  test.each([
    ['exec', { exec: { command: 'aws' } }, {}, 'plug-in (exec)'],
    ['a token file', { tokenFile: '/token' }, {}, '(tokenFile)'],
    ['an authority by path', { token: 't' }, { 'certificate-authority': '/ca' }, '(certificate-authority)'],
    ['no check of the server', { token: 't' }, { 'insecure-skip-tls-verify': true }, '(insecure-skip-tls-verify)'],
  ])('with %s is refused', (_, user, cluster, words) => {
    expect(said(user, cluster)).toEqual([['error', expect.stringContaining(words)]]);
  });

  test('needs the context that the declaration names; the finding stands at the reference', () => {
    const { source } = readDeclaration(GUIDE, 'clusters.yaml');
    const [finding] = judgeHandoverValue(input({ token: 't' }, {}, { context: 'other', source }));
    expect(finding).toMatchObject({
      rule: 'E19',
      severity: 'error',
      file: 'clusters.yaml',
      line: lineOf(GUIDE, '{env: KUBECONFIG_CLUSTER2}'),
      cluster: 'cluster2',
      message: 'cluster2: the kubeconfig has no context other (it has c)',
    });
  });
});

describe('E19: a trial', () => {
  const trial = (cause: Parameters<typeof judgeHandoverTrial>[1] & object) =>
    judgeHandoverTrial(input({ token: 't' }), cause).map(({ severity, message }) => [severity, message]);
  const message = 'cluster2: the server says no';
  const sentence =
    'cluster2: the kubeconfig that is handed over does not log in at https://172.27.115.183:6443: the server says no';

  test('that the server refuses', () => {
    expect(trial({ cause: 'unauthorized', message })).toEqual([['error', sentence]]);
    const [own] = judgeHandoverTrial(input({ token: 't' }, {}, { isOwn: true }), { cause: 'unauthorized', message });
    expect([own?.severity, own?.message]).toEqual(['warning', sentence]);
    expect(trial({ cause: 'certificate', message })).toEqual([['warning', sentence]]);
    expect(trial({ cause: 'forbidden', message })).toEqual([['warning', sentence]]);
  });

  test('that it answers, or that this host cannot reach, is no finding', () => {
    expect(judgeHandoverTrial(input({ token: 't' }), undefined)).toEqual([]);
    for (const cause of ['unreachable', 'timeout', 'unavailable', 'error'] as const)
      expect(trial({ cause, message })).toEqual([]);
  });
});
