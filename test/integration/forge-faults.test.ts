import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../lab/github/faults.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { type ForgeTwin, forgeTwin, REPOSITORY } from '../support/forge-twin.ts';

/** What can befall a request, before its work was done or instead of an answer. */
const OF_READS: Fault[] = [{ kind: 'status', status: 502 }, { kind: 'truncate' }, { kind: 'secondary-limit', retryAfter: 30 }];
/** After the work it matters for a request that changes something. */
const OF_WRITES: Fault[] = [
  ...OF_READS,
  { kind: 'status', status: 502, when: 'after' },
  { kind: 'reset', when: 'after' },
  { kind: 'stall', when: 'after' },
];
/** Milliseconds: long enough for the twin's git on a busy machine. */
const TIMEOUT = 800;

let at: ForgeTwin;
/** A commit that is not on main. */
let ahead: string;
let serial = 0;

beforeAll(async () => {
  at = await forgeTwin();
  ahead = await at.forge().commit(commitOf('ahead'));
});

afterAll(async () => {
  await at?.[Symbol.asyncDispose]();
});

interface Verb {
  name: string;
  /** What there is before; gives what the verb works on. */
  prepare?(forge: Forge, id: string): Promise<void>;
  run(forge: Forge, id: string): Promise<unknown>;
  /** How many of it there are afterwards. */
  count(id: string): number;
}

const kept = () => at.twin.repository(REPOSITORY);
const order = { run: 2, attempt: 1 };
const plan = (id: string) => ({ pullRequest: 1, marker: { kind: 'plan', fleet: id } as const, body: 'plan', order });
const drift = (id: string) => ({ marker: { kind: 'drift', fleet: id } as const, title: id, body: 'drift' });
const headed = (texts: readonly { body: string | null }[], id: string) =>
  texts.filter(({ body }) => body?.includes(`"fleet":"${id}"`)).length;
const commitOf = (id: string) => ({
  parents: [at.main],
  message: id,
  write: { a: id },
  remove: ['rendered/cluster1/a.yaml', 'rendered/none'],
});
const proposal = (id: string) => ({
  marker: { kind: 'proposal', fleet: id } as const,
  title: id,
  body: 'b',
  branch: id,
  base: 'main',
});
const annotations = Array.from({ length: 120 }, (_, index) => ({
  path: 'a',
  line: index + 1,
  level: 'notice' as const,
  title: 't',
  message: `${index}`,
}));

const VERBS: Verb[] = [
  {
    name: 'a commit on a new branch',
    run: async (forge, id) => forge.advanceBranch(id, await forge.commit(commitOf(id))),
    count: (id) => (kept().branches[id] === undefined ? 0 : 1),
  },
  {
    name: 'a branch that moves on',
    prepare: (forge, id) => forge.advanceBranch(id, at.main),
    run: async (forge, id) => {
      await forge.advanceBranch(id, ahead);
      expect(await forge.branchHead(id)).toBe(ahead);
    },
    count: (id) => (kept().branches[id] === undefined ? 0 : 1),
  },
  {
    name: 'a branch that is removed',
    prepare: (forge, id) => forge.advanceBranch(id, at.main),
    run: async (forge, id) => {
      await forge.removeBranch(id);
      expect(await forge.branchHead(id)).toBeUndefined();
    },
    count: () => 1,
  },
  {
    name: 'a branch that is moved aside',
    prepare: (forge, id) => forge.advanceBranch(id, ahead),
    run: async (forge, id) => {
      expect(await forge.replaceBranch(id, ahead, at.main)).toBe(true);
      expect(await forge.branchHead(id)).toBe(at.main);
    },
    count: (id) => (kept().branches[id] === undefined ? 0 : 1),
  },
  {
    name: 'a branch that is removed with the head that it was seen with',
    prepare: (forge, id) => forge.advanceBranch(id, at.main),
    run: async (forge, id) => {
      await forge.removeBranch(id, at.main);
      expect(await forge.branchHead(id)).toBeUndefined();
    },
    count: () => 1,
  },
  {
    name: 'a pull request',
    prepare: (forge, id) => forge.advanceBranch(id, ahead),
    run: (forge, id) => forge.ensurePullRequest(proposal(id)),
    count: (id) => headed(kept().issues, id),
  },
  {
    name: 'a pull request that is closed',
    prepare: async (forge, id) => {
      await forge.advanceBranch(id, ahead);
      await forge.ensurePullRequest(proposal(id));
    },
    run: async (forge, id) => {
      const { number } = (await forge.openPullRequest(id, 'main'))!;
      await forge.closePullRequest(number, { marker: { kind: 'closing', fleet: id }, body: 'done' });
      expect(kept().issues.find((issue) => issue.number === number)?.state).toBe('closed');
    },
    count: (id) => headed(kept().comments, id),
  },
  { name: 'a comment', run: (forge, id) => forge.ensureComment(plan(id)), count: (id) => headed(kept().comments, id) },
  {
    name: 'a comment that changes',
    prepare: async (forge, id) => void (await forge.ensureComment({ ...plan(id), body: 'old', order: { run: 1, attempt: 1 } })),
    run: (forge, id) => forge.ensureComment(plan(id)),
    count: (id) => kept().comments.filter(({ body }) => body.includes(`"${id}"`) && body.endsWith('\nplan')).length,
  },
  {
    name: 'a check run with many annotations',
    run: async (forge, id) => {
      const input = {
        sha: at.main,
        name: id,
        conclusion: 'success',
        output: { title: 't', summary: 's', annotations },
        order,
      } as const;
      await forge.ensureCheck(input);
      const run = kept().checkRuns.find(({ name }) => name === id);
      expect(run?.status).toBe('completed');
      expect(run?.annotations.map(({ message }) => message)).toEqual(annotations.map(({ message }) => message));
    },
    count: (id) => kept().checkRuns.filter(({ name }) => name === id).length,
  },
  {
    name: 'a status',
    run: (forge, id) => forge.ensureStatus({ sha: at.main, context: id, state: 'success', description: 'd' }),
    count: (id) => kept().statuses.filter(({ context }) => context === id).length,
  },
  {
    name: 'a deployment',
    run: async (forge, id) => {
      await forge.ensureDeployment({ sha: at.main, environment: id, state: 'success', description: 'd' });
      expect(kept().deployments.find(({ environment }) => environment === id)?.statuses).toHaveLength(1);
    },
    count: (id) => kept().deployments.filter(({ environment }) => environment === id).length,
  },
  { name: 'an issue', run: (forge, id) => forge.ensureIssue(drift(id)), count: (id) => headed(kept().issues, id) },
  {
    name: 'an issue that is closed',
    prepare: async (forge, id) => void (await forge.ensureIssue(drift(id))),
    run: async (forge, id) => {
      await forge.ensureIssueClosed(drift(id).marker, { marker: drift(id).marker, body: 'clean' });
      expect(kept().issues.filter(({ title, state }) => title === id && state === 'open')).toEqual([]);
    },
    count: (id) => headed(kept().comments, id),
  },
];

/** Runs a verb on something of its own while a fault meets one of its requests. Gives which of its requests change something. */
async function run(verb: Verb, fault?: { at: number; fault: Fault }): Promise<boolean[]> {
  const id = `f${++serial}`;
  await verb.prepare?.(at.forge(), id);
  const before = at.twin.requests.length;
  const set = fault === undefined ? undefined : at.twin.faults.add({ path: '*', skip: fault.at, fault: fault.fault });
  await verb.run(at.forge(fault?.fault.kind === 'stall' ? { timeout: TIMEOUT } : {}), id);
  set?.remove();
  if (set !== undefined && set.met !== 1) throw new Error(`the fault met ${set.met} requests`);
  expect([id, verb.count(id)]).toEqual([id, 1]);
  return at.twin.requests.slice(before).map(({ write }) => write);
}

describe('a fault at every request leaves one of everything', () => {
  test.each(VERBS.map((verb) => [verb.name, verb] as const))(
    '%s',
    async (_, verb) => {
      const requests = await run(verb);
      expect(requests).toContain(true);
      for (const [index, write] of requests.entries()) {
        for (const fault of write ? OF_WRITES : OF_READS) {
          try {
            await run(verb, { at: index, fault });
          } catch (error) {
            throw new Error(`${JSON.stringify(fault)} at request ${index + 1}: ${String(error)}`);
          }
        }
      }
    },
    120_000,
  );

  test('and no request that the twin does not know', () => {
    expect(at.twin.unknown).toEqual([]);
  });
});
