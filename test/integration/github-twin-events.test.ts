import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventOf } from '../../lab/github/events.ts';
import { FIRST_START, type FleetTwin, fleetTwin } from '../support/github-twin.ts';

type Payload = Record<string, unknown>;

let fleet: FleetTwin;
let before: string;
let after: string;

beforeAll(async () => {
  fleet = await fleetTwin();
  const { twin, api } = fleet;
  await twin.createRepository({ owner: 'ada', name: 'fleet', forkOf: 'acme/fleet' });
  await twin.commit('ada/fleet', { branch: 'idea', files: { idea: '1\n' } });
  before = twin.repository('acme/fleet').branches['main']!;
  after = await twin.commit('acme/fleet', {
    branch: 'main',
    files: { 'clusters.yaml': 'kind: Fleet\nname: a\n', 'rendered/a.yaml': undefined, 'new.yaml': 'n: 1\n' },
  });
  await api('POST', '/repos/acme/fleet/pulls', { title: 'Idea', head: 'ada:idea', base: 'main', body: 'text' });
}, FIRST_START);

afterAll(() => fleet.end());

/** What is in every payload of a kind that GitHub shows, and not in ours: `a.b` for a nested one. */
function missing(name: string, ours: Payload): string[] {
  const require = createRequire(import.meta.url);
  const events = require('@octokit/webhooks-examples') as { default?: Example[] } & Example[];
  const examples = (events.default ?? events).find((event) => event.name === name)!.examples;
  return examples.map((example) => absent(example, ours, '')).reduce((all, some) => all.filter((path) => some.includes(path)));
}

interface Example {
  name: string;
  examples: Payload[];
}

function absent(theirs: Payload, ours: Payload, at: string): string[] {
  return Object.entries(theirs).flatMap(([key, value]) => {
    if (!(key in ours)) return [`${at}${key}`];
    const own = ours[key];
    return isObject(value) && isObject(own) ? absent(value, own, `${at}${key}.`) : [];
  });
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test('a pull request of a fork', async () => {
  const { name, payload } = await eventOf(fleet.twin.hub, 'acme/fleet', { name: 'pull_request', number: 1, sender: 'ada' });
  expect(name).toBe('pull_request');
  expect(payload).toMatchObject({
    action: 'opened',
    number: 1,
    pull_request: {
      head: { sha: fleet.twin.repository('ada/fleet').branches['idea'], repo: { full_name: 'ada/fleet' } },
      base: { sha: after, ref: 'main', repo: { full_name: 'acme/fleet' } },
    },
    repository: { full_name: 'acme/fleet', default_branch: 'main' },
    sender: { login: 'ada' },
  });
  expect(missing('pull_request', payload)).toEqual([]);
  const synchronized = await eventOf(fleet.twin.hub, 'acme/fleet', {
    name: 'pull_request',
    number: 1,
    action: 'synchronize',
    before,
  });
  expect(synchronized.payload).toMatchObject({ before, after: fleet.twin.repository('ada/fleet').branches['idea'] });
});

test('a push, and one that makes a branch', async () => {
  const { payload } = await eventOf(fleet.twin.hub, 'acme/fleet', { name: 'push', branch: 'main', before });
  expect(payload).toMatchObject({
    ref: 'refs/heads/main',
    before,
    after,
    created: false,
    forced: false,
    head_commit: { id: after, added: ['new.yaml'], removed: ['rendered/a.yaml'], modified: ['clusters.yaml'] },
  });
  expect(missing('push', payload)).toEqual([]);
  const created = await eventOf(fleet.twin.hub, 'acme/fleet', { name: 'push', branch: 'main' });
  expect(created.payload).toMatchObject({ before: '0'.repeat(40), created: true, forced: false, commits: [{ id: after }] });
  const forced = await eventOf(fleet.twin.hub, 'acme/fleet', { name: 'push', branch: 'main', before: after, after: before });
  expect(forced.payload).toMatchObject({ forced: true });
});

test('dispatch, merge group and schedule', async () => {
  const { hub } = fleet.twin;
  const workflow = '.github/workflows/drift.yml';
  const dispatch = await eventOf(hub, 'acme/fleet', { name: 'workflow_dispatch', workflow, inputs: { only: 'c1' } });
  expect(dispatch.payload).toMatchObject({ ref: 'refs/heads/main', workflow, inputs: { only: 'c1' } });
  expect(missing('workflow_dispatch', dispatch.payload).filter((path) => !path.startsWith('organization'))).toEqual([]);
  const group = await eventOf(hub, 'acme/fleet', { name: 'merge_group', number: 1 });
  expect(group.payload).toMatchObject({ merge_group: { base_sha: after, base_ref: 'refs/heads/main' } });
  expect(missing('merge_group', group.payload).filter((path) => !/^(organization|installation)/.test(path))).toEqual([]);
  expect(await eventOf(hub, 'acme/fleet', { name: 'schedule', cron: '0 3 * * *' })).toEqual({
    name: 'schedule',
    payload: { schedule: '0 3 * * *' },
  });
});
