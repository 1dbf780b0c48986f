import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventOf } from '../lab/github/events.ts';
import { forgeClient } from '../lab/github/forge-client.ts';
import { startTwin } from '../lab/github/twin.ts';
import { workCopy } from '../lab/github/work-copy.ts';
import type { PlainGuide } from '../test/support/plain-guide.ts';
import { runProcess, tool } from './process-run.ts';
import { measureSide, type Side } from './side-by-side.ts';
import type { UserFolder } from './user-folder.ts';

const FULL = 'octo/fleet';

/**
 * The step of the Action that plans a pull request, run as the runner runs it: comment and check go to a GitHub on loopback. Measured
 * after one run that is not counted, so each is a run with nothing to write.
 */
export async function measureActionStep(world: PlainGuide, user: UserFolder, runs: number): Promise<Side> {
  await using twin = await startTwin();
  await twin.createRepository({ owner: 'octo', name: 'fleet' });
  const person = twin.addToken({ kind: 'personal', login: 'octo' });
  const temporary = mkdtempSync(join(tmpdir(), 'cn2-fleet-bench-job-'));
  try {
    const clone = await workCopy(`http://octo:${person}@127.0.0.1:${twin.port}/${FULL}.git`, user.path, 'octo');
    await clone.push('main', 'The fleet');
    // A change that touches no file of the fleet is green at once, and asks no cluster.
    appendFileSync(join(user.path, 'clusters.yaml'), '# A change.\n');
    await clone.push('change', 'A change');
    const number = await forgeClient(twin, FULL, person).openPull({ title: 'A change', head: 'change', base: 'main' });
    const file = (name: string, text = '') => {
      writeFileSync(join(temporary, name), text);
      return join(temporary, name);
    };
    const environment = {
      ...world.environment,
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: twin.url,
      GITHUB_API_URL: twin.apiUrl,
      GITHUB_GRAPHQL_URL: twin.graphqlUrl,
      GITHUB_REPOSITORY: FULL,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_SHA: await clone.git('rev-parse', 'HEAD'),
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_EVENT_PATH: file(
        'event.json',
        JSON.stringify((await eventOf(twin.hub, FULL, { name: 'pull_request', number })).payload),
      ),
      GITHUB_OUTPUT: file('output'),
      RUNNER_TEMP: temporary,
      CN2_FLEET_INPUT_COMMAND: 'plan',
      CN2_FLEET_INPUT_PUBLISH: 'true',
      CN2_FLEET_INPUT_GITHUB_TOKEN: twin.addToken({ repositories: [FULL] }),
    };
    const step = () => runProcess(tool(user.path, ['action'], [0], environment));
    return await measureSide('the Action’s step, plan', [world.central, world.distributed], 'cn2-fleet', runs, async () => [
      await step(),
    ]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
