import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../lab/github/faults.ts';
import type { ForgeOptions } from '../../src/adapters/github/forge.ts';
import { checkoutOf } from '../../src/checkout/checkout.ts';
import { applyCommand } from '../../src/commands/apply.ts';
import { type DriftResult, driftCommand } from '../../src/commands/drift.ts';
import type { ApplyDocument } from '../../src/model/apply.ts';
import type { RunOrigin } from '../../src/model/forge.ts';
import { applyPublisher } from '../../src/publish/apply.ts';
import { publishDrift } from '../../src/publish/drift.ts';
import { publishPlan } from '../../src/publish/plan.ts';
import type { Published } from '../../src/publish/sinks.ts';
import { type Planned, planLive } from '../../src/survey/live-plan.ts';
import { OPTIONS } from '../support/ports.ts';
import { APPLY_OPTIONS, type CommandWorld, commandWorld, forgeOf } from '../support/publish-commands.ts';
import { type PublishForge, publishForge, REPOSITORY } from '../support/publish-forge.ts';

/** Answers that do not arrive, or not whole; `after` the work was done. */
const FAULTS: readonly (readonly [string, Fault])[] = [
  ['502 before the work', { kind: 'status', status: 502 }],
  ['502 after the work', { kind: 'status', status: 502, when: 'after' }],
  ['reset after the work', { kind: 'reset', when: 'after' }],
  ['truncated', { kind: 'truncate' }],
];
/** For answers that never begin: milliseconds after which they are given up. */
const IMPATIENT: Partial<ForgeOptions> = { timeout: 2_000 };
const RUN: Omit<RunOrigin, 'sha'> = {
  repository: { owner: 'acme', name: 'fleet' },
  serverUrl: 'https://github.test',
  event: 'push',
  order: { run: 7, attempt: 1 },
  runUrl: 'https://github.test/acme/fleet/actions/runs/7',
};

/** Documents of real commands, to be published again and again, each time about something new. */
let world: CommandWorld;
let planned: Planned;
let applied: ApplyDocument;
let drifted: DriftResult['document'];
let clean: DriftResult['document'];
/** Where they are published. */
let hub: PublishForge;
let proposing: CommandWorld;

beforeAll(async () => {
  hub = await publishForge();
  proposing = await commandWorld();
  world = await commandWorld();
  const ports = world.ports(world.forge('plan'));
  planned = await planLive(ports, checkoutOf(ports.files, OPTIONS), OPTIONS);
  const { number } = await world.propose();
  await world.hub.merge(number ?? 0);
  await world.checkOut();
  ({ document: applied } = await applyCommand(ports, APPLY_OPTIONS));
  ({ document: clean } = (await driftCommand(ports, OPTIONS)).result);
  const network = world.cn2.central.peek('VirtualNetwork', 'ns1', 'vn1')!;
  const labels = { ...network.metadata.labels, vn: 'other' };
  world.cn2.central.put({ ...network, metadata: { ...network.metadata, labels } }, 'kubectl-edit');
  ({ document: drifted } = (await driftCommand(ports, OPTIONS)).result);
}, 60_000);
afterAll(async () => {
  await world?.[Symbol.asyncDispose]();
  await proposing?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
});

let patience: Partial<ForgeOptions> = {};
const sinks = (command: 'plan' | 'apply' | 'drift', more: Partial<RunOrigin> = {}) => ({
  forge: forgeOf(hub, command, patience),
  origin: { ...RUN, sha: '', ...more },
});
const state = () => hub.twin.repository(REPOSITORY);

/** What something new is published about. */
interface Subject {
  /** A pull request. */
  number: number;
  /** Its merge commit, for an apply. */
  sha: string;
  /** A fleet that no other subject has. */
  fleet: string;
}

/** One way to publish, the requests that make something, and what must be there afterwards. */
interface Case {
  posts: readonly string[];
  before?(subject: Subject): Promise<void>;
  publish(subject: Subject): Promise<Published>;
  verify(subject: Subject): void;
}

let subjects = 0;
const newSubject = async (): Promise<Subject> => {
  subjects += 1;
  const number = await hub.openPull(`topic-${subjects}`, { 'README.md': `${subjects}` });
  return { number, sha: '', fleet: `fleet${subjects}` };
};
const issuesOf = ({ fleet }: Subject) => state().issues.filter(({ title }) => title.includes(` of ${fleet} is `));

const CASES: Readonly<Record<string, Case>> = {
  'a plan': {
    posts: ['/issues/*/comments', '/check-runs'],
    publish({ number }) {
      const headSha = hub.issue(number).pull?.headSha ?? '';
      const pullRequest = { number, headSha, baseBranch: 'main', untrusted: false };
      return publishPlan(sinks('plan', { event: 'pull_request', pullRequest }), {
        planned,
        findings: planned.findings,
        declaration: 'clusters.yaml',
      });
    },
    verify({ number }) {
      expect(hub.comments(number)).toHaveLength(1);
      const runs = state().checkRuns.filter(({ sha }) => sha === hub.issue(number).pull?.headSha);
      expect(runs.map(({ name, status }) => `${name} ${status}`)).toEqual(['cn2-fleet plan (clusters.yaml) completed']);
    },
  },
  'an apply': {
    posts: [
      '/issues/*/comments',
      '/statuses/*',
      '/statuses/* 2',
      '/deployments',
      '/deployments/*/statuses',
      '/deployments/*/statuses 2',
    ],
    async before(subject) {
      subject.sha = await hub.merge(subject.number);
    },
    async publish({ sha }) {
      const publisher = applyPublisher(sinks('apply', { sha }), {});
      await publisher.begin('guide');
      return publisher.end(applied, []);
    },
    verify({ number, sha }) {
      const ofCommit = (each: { sha: string }) => each.sha === sha;
      expect(hub.comments(number)).toHaveLength(1);
      expect(hub.comments(number)[0]).toContain('everything was applied');
      expect(
        state()
          .statuses.filter(ofCommit)
          .map((each) => each.state),
      ).toEqual(['pending', 'success']);
      const deployments = state().deployments.filter(ofCommit);
      expect(deployments.map(({ statuses }) => statuses.map((each) => each.state))).toEqual([['in_progress', 'success']]);
    },
  },
  'a drift': {
    posts: ['/issues'],
    publish: ({ fleet }) => publishDrift(sinks('drift'), { ...drifted, fleet }, Date.now()),
    verify(subject) {
      expect(issuesOf(subject).map((issue) => issue.state)).toEqual(['open']);
    },
  },
  'the end of a drift': {
    posts: ['/issues/*/comments'],
    async before({ fleet }) {
      await publishDrift(sinks('drift'), { ...drifted, fleet }, Date.now());
    },
    publish: ({ fleet }) => publishDrift(sinks('drift'), { ...clean, fleet }, Date.now()),
    verify(subject) {
      expect(issuesOf(subject).map((issue) => issue.state)).toEqual(['closed']);
      expect(hub.comments(issuesOf(subject)[0]?.number ?? 0)).toHaveLength(1);
    },
  },
};

describe.each(FAULTS)('an answer that is lost (%s)', (_, fault) => {
  test.each(Object.entries(CASES))('leaves one of each of %s, whichever request it meets', async (_name, each) => {
    for (const post of each.posts) {
      const [path = '', nth = '1'] = post.split(' ');
      const subject = await newSubject();
      await each.before?.(subject);
      const rule = { method: 'POST', path: `/repos/${REPOSITORY}${path}`, skip: Number(nth) - 1, fault };
      const set = hub.twin.faults.add(rule);
      expect((await each.publish(subject)).failures).toEqual([]);
      expect([post, set.met]).toEqual([post, 1]);
      set.remove();
      each.verify(subject);
      // Later ones are not to be slower for it.
      state().issues.length = 0;
    }
  });

  test('leaves one proposal, whichever request it meets', async () => {
    const { twin, ada } = proposing.hub;
    const before = twin.repository(REPOSITORY).issues.length;
    for (const [position, path] of ['/git/trees', '/git/commits', '/git/refs', '/pulls'].entries()) {
      const set = twin.faults.add({ method: 'POST', path: `/repos/${REPOSITORY}${path}`, fault });
      const number = before + position + 1;
      const proposal = await proposing.propose({}, proposing.forge('propose'));
      expect(proposal).toMatchObject({ operation: 'created', number });
      expect([path, set.met]).toEqual([path, 1]);
      set.remove();
      expect(twin.repository(REPOSITORY).issues).toHaveLength(number);
      expect(await ada('GET', `/pulls/${number}/commits`)).toHaveLength(1);
      // Which closes the pull request too: the next one begins anew.
      await ada('DELETE', `/git/refs/heads/${proposal.branch}`);
    }
  });
});

test('an answer that never begins leaves one of each, too', async () => {
  patience = IMPATIENT;
  for (const path of ['/issues/*/comments', '/check-runs', '/statuses/*', '/deployments', '/issues', '/git/commits']) {
    for (const twin of [hub.twin, proposing.hub.twin]) {
      twin.faults.add({ method: 'POST', path: `/repos/${REPOSITORY}${path}`, fault: { kind: 'stall', when: 'after' } });
    }
  }
  const cases = [CASES['a plan']!, CASES['an apply']!, CASES['a drift']!];
  const done = cases.map(async (each) => {
    const subject = await newSubject();
    await each.before?.(subject);
    expect((await each.publish(subject)).failures).toEqual([]);
    each.verify(subject);
  });
  const proposed = proposing.propose({}, proposing.forge('propose', IMPATIENT));
  await Promise.all(done);
  expect(await proposed).toMatchObject({ operation: 'created' });
  hub.twin.faults.clear();
  patience = {};
});

describe('published a second time', () => {
  // An apply that begins again says so; one with nothing to do does not begin.
  test.each(Object.entries(CASES).filter(([name]) => name !== 'an apply'))('%s writes nothing', async (_, each) => {
    const subject = await newSubject();
    await each.before?.(subject);
    await each.publish(subject);
    const mark = hub.mark();
    expect((await each.publish(subject)).failures).toEqual([]);
    expect(hub.writes(mark)).toEqual([]);
    each.verify(subject);
  });
});
