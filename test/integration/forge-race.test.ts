import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ForgeTwin, forgeTwin, REPOSITORY } from '../support/forge-twin.ts';

const SCRIPT = join(import.meta.dirname, '../support/forge-comment.ts');
let at: ForgeTwin;

beforeAll(async () => {
  at = await forgeTwin();
  const forge = at.forge();
  const sha = await forge.commit({ parents: [at.main], message: 'm', write: { a: '1' }, remove: [] });
  await forge.advanceBranch('topic', sha);
  await forge.ensurePullRequest({
    marker: { kind: 'proposal', fleet: 'guide' },
    title: 't',
    body: 'b',
    branch: 'topic',
    base: 'main',
  });
});

afterAll(async () => {
  await at?.[Symbol.asyncDispose]();
});

function startRun(token: string, run: number): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, at.twin.apiUrl, token, String(run)], {
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  return child;
}

/** Different each time: which request of which run waits how long. */
function delayed(seed: number): () => void {
  const faults = [0, 1, 2, 3, 4, 5].map((index) =>
    at.twin.faults.add({
      path: '/repos/*/issues/*',
      skip: index * 2 + (seed % 2),
      times: 2,
      fault: { kind: 'slow', milliseconds: ((seed * 7 + index * 13) % 5) * 40, when: index % 2 === 0 ? 'before' : 'after' },
    }),
  );
  return () => {
    for (const fault of faults) fault.remove();
  };
}

test('processes that comment on one pull request leave one comment, of the newest run', async () => {
  const token = at.twin.addToken();
  for (let round = 0; round < 4; round += 1) {
    const [older, newer] = [round * 10 + 1, round * 10 + 2];
    const children = [startRun(token, older), startRun(token, newer)];
    const before = at.twin.requests.length;
    while (at.twin.requests.slice(before).length < children.length) await new Promise((resolve) => setTimeout(resolve, 20));
    const lift = delayed(round);
    for (const child of children) child.stdin?.write('go\n');
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    lift();
    expect(codes).toEqual([0, 0]);
    const bodies = at.twin.repository(REPOSITORY).comments.map(({ body }) => body.split('\n').slice(1).join('\n'));
    expect(bodies).toEqual([`plan of run ${newer}`]);
    if (round === 1) at.twin.repository(REPOSITORY).comments.splice(0);
  }
}, 60_000);
