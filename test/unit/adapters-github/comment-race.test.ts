import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readHeader, writeHeader } from '../../../src/adapters/github/header.ts';
import { CommentServer, type CommentServerOptions } from './comment-server.ts';
import { forgeOn } from './forge-under-test.ts';

const MARKER = { kind: 'plan', fleet: 'guide' } as const;
const OLD = `${writeHeader(MARKER, 'sha256:old', { run: 1, attempt: 1 })}\nold`;

function run(server: CommentServer, number: number) {
  const { forge } = forgeOn(server.url);
  return forge.ensureComment({
    pullRequest: 7,
    marker: MARKER,
    body: `plan of run ${number}`,
    order: { run: number, attempt: 1 },
  });
}

function standing(server: CommentServer): string[] {
  return server.comments.map(({ edits }) => edits.at(-1)?.split('\n').slice(1).join('\n') ?? '');
}

/** Runs at the same time, in every order that a scheduler makes of their requests. */
async function race(runs: readonly number[], before: 'none' | 'one' | 'two', scheduler: fc.Scheduler): Promise<CommentServer> {
  const gate: CommentServerOptions['gate'] = (when, method) => scheduler.schedule(Promise.resolve(), `${method} ${when}`);
  const server = await CommentServer.start({ gate });
  if (before !== 'none') server.add('github-actions[bot]', OLD);
  if (before === 'two') server.add('github-actions[bot]', OLD);
  await scheduler.waitFor(Promise.all(runs.map((number) => run(server, number))));
  return server;
}

describe('runs that comment at the same time', () => {
  test('leave one comment, the newest run’s, whatever the order of their requests is', async () => {
    const scheduler = fc.scheduler({ act: async (release) => sleep(2).then(release) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom([5, 6], [5, 6, 7], [6, 5]),
        fc.constantFrom('none', 'one', 'two'),
        scheduler,
        async (runs, before, order) => {
          await using server = await race(runs, before, order);
          expect(standing(server)).toEqual([`plan of run ${Math.max(...runs)}`]);
          expect(readHeader(server.comments[0]?.edits.at(-1))).toMatchObject({ run: Math.max(...runs) });
        },
      ),
      { numRuns: 40, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false },
    );
  }, 60_000);

  test('an older run whose write arrives late puts the newer text back', async () => {
    let hold: Promise<void> | undefined;
    const gate = async (when: string, method: string) => {
      if (method === 'PATCH' && when === 'before') await hold;
    };
    await using server = await CommentServer.start({ gate });
    server.add('github-actions[bot]', OLD);
    const newer = Promise.withResolvers<void>();
    hold = newer.promise;
    const older = run(server, 5);
    while (server.reads === 0) await sleep(1);
    await sleep(20);
    hold = undefined;
    expect(await run(server, 6)).toMatchObject({ operation: 'updated' });
    newer.resolve();
    expect(await older).toMatchObject({ operation: 'outdated' });
    expect(standing(server)).toEqual(['plan of run 6']);
  });

  test('go on where the edit history cannot be read', async () => {
    await using server = await CommentServer.start({ history: false });
    server.add('github-actions[bot]', OLD);
    expect(await run(server, 5)).toMatchObject({ operation: 'updated' });
    expect(await run(server, 5)).toMatchObject({ operation: 'unchanged' });
    expect(await run(server, 4)).toMatchObject({ operation: 'outdated' });
    expect(server.writes).toEqual(['PATCH 200']);
  });

  test('outside workflows have no order: the last one stands, and nobody writes for ever', async () => {
    await using server = await CommentServer.start();
    const { forge } = forgeOn(server.url);
    const alone = { pullRequest: 7, marker: MARKER, order: { run: 0, attempt: 0 } };
    await Promise.all(['x', 'x', 'y'].map((body) => forge.ensureComment({ ...alone, body })));
    expect(standing(server)).toHaveLength(1);
    await Promise.all(['a', 'b'].map((body) => forge.ensureComment({ ...alone, body })));
    expect(standing(server)).toHaveLength(1);
    expect(standing(server)[0]).toMatch(/^[ab]$/);
  });

  test.each([1, 2, 3])('write once, also where listings are %s writes behind', async (behind) => {
    await using fresh = await CommentServer.start({ behind });
    expect(await run(fresh, 5)).toMatchObject({ operation: 'created' });
    expect(fresh.writes).toEqual(['POST 201']);
    await using server = await CommentServer.start({ behind });
    for (const _ of [1, 2]) server.add('github-actions[bot]', OLD);
    for (let empty = 0; empty < behind; empty += 1) server.add('mona', 'a word');
    expect(await run(server, 5)).toMatchObject({ operation: 'updated', id: 1 });
    expect(server.writes).toEqual(['PATCH 200', 'DELETE 200']);
    expect(standing(server).slice(0, -behind)).toEqual(['plan of run 5']);
  });
});
