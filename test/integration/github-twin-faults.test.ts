import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fault } from '../../lab/github/faults.ts';
import { FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

let fleet: FleetTwin;

beforeEach(async () => {
  fleet = await fleetTwin();
}, FIRST_START);

afterEach(() => fleet.end());

const ISSUES = '/repos/acme/fleet/issues';

/** Opens an issue while a fault is on; what the client saw, and whether there is one. */
async function openIssue(fault: Fault, limit = 2_000): Promise<{ seen: unknown; headers?: Headers; there: boolean }> {
  fleet.twin.faults.add({ method: 'POST', path: '/repos/*/issues', fault });
  const request = fetch(`${fleet.twin.apiUrl}${ISSUES}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${fleet.token}` },
    body: JSON.stringify({ title: 't' }),
    signal: AbortSignal.timeout(limit),
  });
  let headers: Headers | undefined;
  const seen = await request
    .then(async (response) => {
      headers = response.headers;
      const text = await response.text();
      try {
        return [response.status, Object.keys(JSON.parse(text)).includes('number') ? 'issue' : JSON.parse(text).message];
      } catch {
        return [response.status, 'no JSON'];
      }
    })
    .catch((error: { name: string; cause?: { code?: string } }) => error.cause?.code ?? error.name);
  const there = (await fleet.api('GET', ISSUES)).body.length === 1;
  return { seen, there, ...(headers === undefined ? {} : { headers }) };
}

test.each<[string, Fault, unknown, boolean]>([
  ['502 before the work', { kind: 'status', status: 502 }, [502, 'no JSON'], false],
  ['503 after the work', { kind: 'status', status: 503, when: 'after' }, [503, 'Service unavailable'], true],
  ['500 before the work', { kind: 'status', status: 500 }, [500, 'Server Error'], false],
  ['a reset before the work', { kind: 'reset' }, 'ECONNRESET', false],
  ['a reset after the work', { kind: 'reset', when: 'after' }, 'ECONNRESET', true],
  ['half an answer', { kind: 'truncate' }, [201, 'no JSON'], true],
  ['an answer that breaks off', { kind: 'cut' }, 'UND_ERR_SOCKET', true],
  ['a delay', { kind: 'slow', milliseconds: 30 }, [201, 'issue'], true],
])('%s', async (_, fault, seen, there) => {
  expect(await openIssue(fault)).toMatchObject({ seen, there });
  expect(fleet.twin.requests.filter(({ method }) => method === 'POST')).toMatchObject([{ fault: fault.kind, write: true }]);
});

test.each([
  ['before', false],
  ['after', true],
] as const)('an answer that never comes, %s the work', async (when, there) => {
  expect(await openIssue({ kind: 'stall', when }, 150)).toMatchObject({ seen: 'TimeoutError', there });
});

test('rate limits, as GitHub words them', async () => {
  const secondary = await openIssue({ kind: 'secondary-limit', retryAfter: 7 });
  expect(secondary).toMatchObject({ seen: [403, expect.stringMatching(/secondary rate limit/)], there: false });
  expect(secondary.headers?.get('retry-after')).toBe('7');
  const primary = await openIssue({ kind: 'primary-limit', status: 429, resetIn: 60 });
  expect(primary).toMatchObject({ seen: [429, expect.stringMatching(/API rate limit exceeded/)], there: false });
  expect(primary.headers?.get('x-ratelimit-remaining')).toBe('0');
  const reset = Number(primary.headers?.get('x-ratelimit-reset')) - Date.now() / 1000;
  expect(reset).toBeGreaterThan(55);
  expect(reset).toBeLessThan(62);
});

test('a fault meets as many requests as it should, after as many as it should', async () => {
  const { twin, api } = fleet;
  const fault = twin.faults.add({ path: /\/issues$/, skip: 1, times: 2, fault: { kind: 'status', status: 503 } });
  const statuses: number[] = [];
  for (let round = 0; round < 5; round++) statuses.push((await api('GET', ISSUES)).status);
  expect(statuses).toEqual([200, 503, 503, 200, 200]);
  expect(fault.met).toBe(2);
  twin.faults.add({ path: '*', times: Number.POSITIVE_INFINITY, fault: { kind: 'status', status: 503 } }).remove();
  expect((await api('GET', ISSUES)).status).toBe(200);
});

test('somebody else is faster', async () => {
  const { twin, api } = fleet;
  twin.faults.add({
    method: 'PATCH',
    path: '/repos/acme/fleet/git/refs/heads/main',
    fault: {
      kind: 'call',
      run: async () => void (await twin.commit('acme/fleet', { branch: 'main', files: { theirs: '1\n' } })),
    },
  });
  const ours = await twin.commit('acme/fleet', { branch: 'ours', files: { ours: '1\n' } });
  const moved = await api('PATCH', '/repos/acme/fleet/git/refs/heads/main', { sha: ours });
  expect(moved).toMatchObject({ status: 422, body: { message: 'Update is not a fast forward' } });
});

test('git meets faults too', async () => {
  const { twin, token } = fleet;
  twin.faults.add({ path: '/acme/fleet.git/*', fault: { kind: 'status', status: 502 } });
  const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const ask = () => fetch(`${twin.url}/acme/fleet.git/info/refs?service=git-upload-pack`, { headers: { authorization } });
  expect([(await ask()).status, (await ask()).status]).toEqual([502, 200]);
  expect((await fleet.api('GET', ISSUES)).status).toBe(200);
});
