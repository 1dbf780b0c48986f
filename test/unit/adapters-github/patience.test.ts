import { describe, expect, test } from '@jest/globals';
import { answer, type Handler, ScriptedApi } from '../../support/scripted-api.ts';
import { failureOf, forgeOn } from './forge-under-test.ts';

const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' };
const repository: Handler = (_, response) => answer(response, 200, { default_branch: 'main' });

/** Answers of a server in turn; the last one stays. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (request, response) => handlers[Math.min(turn++, handlers.length - 1)]!(request, response);
}

const limited =
  (status: number, headers: Record<string, string>, body: unknown = SECONDARY): Handler =>
  (_, response) =>
    answer(response, status, body, headers);

describe('a rate limit', () => {
  test('is waited for as GitHub asks, and said', async () => {
    await using api = await ScriptedApi.start(
      inTurn(limited(403, { 'retry-after': '30' }), limited(429, { 'retry-after': '5' }), repository),
    );
    const { forge, said, clock } = forgeOn(api.url);
    const started = clock.now();
    expect(await forge.defaultBranch()).toBe('main');
    expect(said).toEqual(['GitHub asks to wait 30 s (secondary rate limit)', 'GitHub asks to wait 5 s (secondary rate limit)']);
    expect(clock.now() - started).toBe(35_000);
  });

  test('of an hour is waited for while it is short, and else named with its end', async () => {
    const reset = (seconds: number, now: number) => ({
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(now / 1000 + seconds),
      date: new Date(now).toUTCString(),
    });
    const probe = forgeOn('http://127.0.0.1:1');
    const now = probe.clock.now();
    await using short = await ScriptedApi.start(
      inTurn(limited(403, reset(60, now), { message: 'API rate limit exceeded' }), repository),
    );
    const patient = forgeOn(short.url);
    expect(await patient.forge.defaultBranch()).toBe('main');
    expect(patient.said).toEqual(['GitHub asks to wait 61 s (primary rate limit)']);

    await using long = await ScriptedApi.start(limited(403, reset(2700, now), { message: 'API rate limit exceeded' }));
    const { forge, said } = forgeOn(long.url);
    const failure = await failureOf(forge.defaultBranch());
    expect(failure).toMatchObject({ reason: 'rate-limited' });
    expect(failure.message).toContain('it lasts until 2026-01-01 00:45 UTC');
    expect(said).toEqual([]);
    expect(long.requests).toHaveLength(1);
  });

  test('that comes back is not waited for without an end', async () => {
    await using api = await ScriptedApi.start(limited(403, { 'retry-after': '120' }));
    const { forge, said } = forgeOn(api.url);
    expect((await failureOf(forge.defaultBranch())).reason).toBe('rate-limited');
    expect(said).toHaveLength(2);
  });

  test('does not keep an interrupted run', async () => {
    await using api = await ScriptedApi.start(limited(403, { 'retry-after': '200' }));
    const interruption = new AbortController();
    const { forge, clock } = forgeOn(api.url, { signal: interruption.signal, say: () => interruption.abort() });
    const started = clock.now();
    expect((await failureOf(forge.defaultBranch())).reason).toBe('rate-limited');
    expect(clock.now()).toBe(started);
    await failureOf(forge.defaultBranch());
    expect(api.requests).toHaveLength(2);
  });
});

describe('a fault of the server', () => {
  test('is tried again for what may be repeated', async () => {
    const broken: Handler = (_, response) => answer(response, 503, {});
    await using api = await ScriptedApi.start(inTurn(broken, (request) => request.socket.destroy(), broken, repository));
    const { forge, clock } = forgeOn(api.url);
    const started = clock.now();
    expect(await forge.defaultBranch()).toBe('main');
    // 0.5 s, 1 s and 2 s, each a quarter more or less.
    expect(clock.now() - started).toBeGreaterThan(2_600);
    expect(clock.now() - started).toBeLessThan(4_400);
  });

  test('ends an interrupted run at once', async () => {
    await using api = await ScriptedApi.start((_, response) => answer(response, 503, {}));
    expect((await failureOf(forgeOn(api.url, { signal: AbortSignal.abort() }).forge.defaultBranch())).reason).toBe('error');
    expect(api.requests).toHaveLength(1);
  });

  test.each([400, 403, 404, 409, 422, 501])('%s is no fault that passes', async (status) => {
    await using api = await ScriptedApi.start((_, response) => answer(response, status, { message: 'no' }));
    await failureOf(forgeOn(api.url).forge.defaultBranch());
    expect(api.requests).toHaveLength(1);
  });
});

describe('who the token is', () => {
  const answers =
    (graphql: Handler, user: Handler): Handler =>
    (request, response) =>
      (request.url === '/graphql' ? graphql : user)(request, response);
  const refused: Handler = (_, response) => answer(response, 403, { message: 'Resource not accessible by integration' });

  test.each([
    [
      'GraphQL knows',
      answers((_, response) => answer(response, 200, { data: { viewer: { login: 'my-app[bot]' } } }), refused),
      'my-app[bot]',
    ],
    [
      'GraphQL says an error',
      answers(
        (_, response) => answer(response, 200, { errors: [{ message: 'x' }] }),
        (_, response) => answer(response, 200, { login: 'mona' }),
      ),
      'mona',
    ],
    ['neither may say', answers(refused, refused), 'github-actions[bot]'],
  ])('%s', async (_, handler, login) => {
    await using api = await ScriptedApi.start(handler);
    const { forge } = forgeOn(api.url);
    expect(await forge.whoami()).toBe(login);
    const asked = api.requests.length;
    expect(await forge.whoami()).toBe(login);
    expect(api.requests).toHaveLength(asked);
  });

  test('is asked again after a failure, and a wrong token is told', async () => {
    let broken = true;
    await using api = await ScriptedApi.start((_, response) =>
      broken
        ? answer(response, 401, { message: 'Bad credentials' })
        : answer(response, 200, { data: { viewer: { login: 'mona' } } }),
    );
    const { forge } = forgeOn(api.url);
    expect((await failureOf(forge.whoami())).reason).toBe('unauthorized');
    broken = false;
    expect(await forge.whoami()).toBe('mona');
  });
});

describe('a request', () => {
  test('says who asks and in which version, and the token nowhere else', async () => {
    const headers: Record<string, unknown>[] = [];
    await using api = await ScriptedApi.start((request, response) => {
      headers.push(request.headers);
      repository(request, response);
    });
    await forgeOn(api.url).forge.defaultBranch();
    expect(headers[0]).toMatchObject({
      authorization: 'token ghs_canary0123456789',
      'x-github-api-version': '2022-11-28',
      'user-agent': expect.stringMatching(/^cn2-fleet\/test /),
    });
    expect(api.requests).toEqual(['GET /repos/octo/fleet']);
  });
});
