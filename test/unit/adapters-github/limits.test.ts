import { describe, expect, test } from '@jest/globals';
import { apiUrlOf, graphqlUrlOf, isGithubCloud, webUrlOf } from '../../../src/adapters/github/addresses.ts';
import { checkOutput } from '../../../src/adapters/github/check-output.ts';
import { acceptedPermission, permissionsBlock } from '../../../src/adapters/github/permissions.ts';
import { rateLimitOf } from '../../../src/adapters/github/rate-limit.ts';
import { ForgeError } from '../../../src/ports/forge.ts';
import { PERMISSIONS, permissionsOf } from '../../support/permissions.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const refusal = (status: number, said: string, headers: Record<string, string> = {}) => ({
  status,
  said,
  headers,
  method: 'POST',
});
const SECONDARY = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

describe('a rate limit', () => {
  test.each([
    ['secondary, told', refusal(403, SECONDARY, { 'retry-after': '30' }), { kind: 'secondary', seconds: 30 }],
    ['secondary, told with 429', refusal(429, SECONDARY, { 'retry-after': '7' }), { kind: 'secondary', seconds: 7 }],
    ['secondary, untold', refusal(403, SECONDARY), { kind: 'secondary', seconds: 60 }],
    [
      'secondary while nothing remains',
      refusal(403, SECONDARY, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9999999999' }),
      { kind: 'secondary', seconds: 60 },
    ],
    [
      'primary',
      refusal(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 90) }),
      { kind: 'primary', seconds: 91 },
    ],
    [
      'primary, by the server’s clock',
      refusal(429, '', {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(NOW / 1000 + 90),
        date: new Date(NOW + 60_000).toUTCString(),
      }),
      { kind: 'primary', seconds: 31 },
    ],
    [
      'primary, reset already',
      refusal(403, '', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 - 500) }),
      { kind: 'primary', seconds: 1 },
    ],
    [
      '429 of a proxy, with a date',
      refusal(429, '', { 'retry-after': new Date(NOW + 10_000).toUTCString() }),
      { kind: 'secondary', seconds: 10 },
    ],
    ['429 without a word', refusal(429, ''), { kind: 'secondary', seconds: 60 }],
    ['no limit', refusal(403, 'Resource not accessible by integration', { 'x-ratelimit-remaining': '4999' }), undefined],
    ['a fault', refusal(503, '', { 'retry-after': '5' }), undefined],
  ])('%s', (_, answered, limit) => {
    expect(rateLimitOf(answered, NOW)).toEqual(limit);
  });
});

describe('permissions', () => {
  test('are read from what GitHub accepts', () => {
    expect(acceptedPermission('issues=write; pull_requests=write', 'pull-requests: write')).toBe('pull-requests: write');
    expect(acceptedPermission('contents=write,workflows=write', 'issues: write')).toBe('contents: write');
    expect(acceptedPermission('metadata=read', 'contents: read')).toBeUndefined();
    expect(acceptedPermission('nonsense;;=,', 'contents: read')).toBeUndefined();
    expect(acceptedPermission(undefined, 'contents: read')).toBeUndefined();
  });

  test('make a block that a job can take as it is', () => {
    expect(permissionsBlock(permissionsOf('plan'), 'pull-requests: write')).toBe(
      'permissions:\n  contents: read\n  pull-requests: write\n  checks: write',
    );
    expect(permissionsBlock(permissionsOf('drift'), 'contents: write')).toBe(
      'permissions:\n  contents: write\n  issues: write\n  actions: read',
    );
    expect(permissionsBlock(undefined, 'statuses: write')).toBe('permissions:\n  contents: read\n  statuses: write');
    expect(permissionsBlock(permissionsOf('propose'), 'contents: read')).toBe(
      'permissions:\n  contents: write\n  pull-requests: write\n  checks: write',
    );
    for (const lines of Object.values(PERMISSIONS))
      expect(new Set(lines.map((line) => line.split(':')[0])).size).toBe(lines.length);
  });
});

describe('addresses', () => {
  test.each([
    ['https://api.github.com', 'https://api.github.com/graphql', 'https://github.com', true],
    ['https://api.octo.ghe.com/', 'https://api.octo.ghe.com/graphql', 'https://octo.ghe.com', true],
    ['https://github.example.net/api/v3', 'https://github.example.net/api/graphql', 'https://github.example.net', false],
    ['http://127.0.0.1:3000/api/v3/', 'http://127.0.0.1:3000/api/graphql', 'http://127.0.0.1:3000', false],
  ])('belong to %s', (api, graphql, web, cloud) => {
    expect([graphqlUrlOf(api), webUrlOf(api), isGithubCloud(api)]).toEqual([graphql, web, cloud]);
    expect(apiUrlOf(web)).toBe(api.replace(/\/$/, ''));
  });

  test('of GitHub’s own service are never reached in the clear, whatever a remote says', () => {
    expect(apiUrlOf('http://github.com')).toBe('https://api.github.com');
  });
});

describe('the output of a check run', () => {
  const annotation = { path: 'clusters.yaml', line: 3, level: 'failure', title: 't', message: 'm' } as const;

  test('keeps columns on one line and cuts what is too long, never inside a character', () => {
    const { annotations, title } = checkOutput({
      title: '𝒳'.repeat(100),
      summary: 's',
      annotations: [annotation, { ...annotation, column: 5, message: 'ü'.repeat(60_000) }],
    });
    expect(annotations[0]).toEqual({
      path: 'clusters.yaml',
      start_line: 3,
      end_line: 3,
      annotation_level: 'failure',
      title: 't',
      message: 'm',
    });
    expect(annotations[1]).toMatchObject({ start_line: 3, end_line: 3, start_column: 5, end_column: 5 });
    expect(Buffer.byteLength(annotations[1]!.message)).toBeLessThanOrEqual(64_000);
    expect(Buffer.byteLength(title)).toBeLessThanOrEqual(255);
    expect(title.isWellFormed() && title.endsWith('…')).toBe(true);
  });

  test('sends a thousand annotations at most, and no summary that GitHub refuses', () => {
    expect(
      checkOutput({ title: 't', summary: 's', annotations: Array.from({ length: 1200 }, () => annotation) }).annotations,
    ).toHaveLength(1000);
    expect(() => checkOutput({ title: 't', summary: 'x'.repeat(65_536), annotations: [] })).toThrow(ForgeError);
  });
});
