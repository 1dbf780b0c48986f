import { expect, test } from '@jest/globals';
import { noJob } from '../../../src/adapters/actions/job.ts';
import { discreetForge } from '../../../src/cli/discreet-forge.ts';
import { discreetJob } from '../../../src/cli/discreet-job.ts';
import { discreetReporter } from '../../../src/cli/discreet-reporter.ts';
import { type Cluster, ClusterError } from '../../../src/ports/cluster.ts';
import type { Forge } from '../../../src/ports/forge.ts';
import type { Progress } from '../../../src/ports/reporter.ts';
import { Redactor } from '../../../src/report/redactor.ts';
import { discreetCluster } from '../../../src/survey/discreet-cluster.ts';

const CANARY = 'canary-of-a-token';
const secrets = new Redactor();
secrets.reveal(CANARY);

/** Remembers every call; each method that the port names is there. */
function recorder<Port extends object>(answers: Partial<Port> = {}): { port: Port; calls: unknown[] } {
  const calls: unknown[] = [];
  const port = new Proxy(answers, {
    get:
      (target, name) =>
      (...input: unknown[]) => {
        calls.push([name, ...input]);
        return (Reflect.get(target, name) as ((...given: unknown[]) => unknown) | undefined)?.(...input);
      },
  });
  return { port: port as Port, calls };
}

test('every text that goes to the forge, and nothing by which a thing is found again', async () => {
  const { port, calls } = recorder<Forge>();
  const forge = discreetForge(port, secrets);
  const marker = { kind: 'plan' as const, fleet: CANARY };
  const kept = { marker, body: `b ${CANARY}`, footer: `f ${CANARY}` };
  const order = { run: 1, attempt: 1 };
  await forge.ensurePullRequest({ ...kept, branch: CANARY, base: CANARY, title: `t ${CANARY}` });
  await forge.closePullRequest(1, kept);
  await forge.ensureComment({ ...kept, pullRequest: 1, order });
  const output = { title: CANARY, summary: CANARY, annotations: [{ message: CANARY }] } as never;
  await forge.ensureCheck({ sha: CANARY, name: CANARY, conclusion: 'success', output, order, footer: `f ${CANARY}` });
  await forge.ensureStatus({ sha: CANARY, context: CANARY, state: 'success', description: `d ${CANARY}` });
  await forge.ensureDeployment({ sha: CANARY, environment: CANARY, state: 'success', description: `d ${CANARY}` });
  await forge.ensureIssue({ ...kept, title: `t ${CANARY}` });
  await forge.ensureIssueClosed(marker, kept);
  await forge.commit({ parents: [CANARY], message: `m ${CANARY}`, write: { a: CANARY }, remove: [] });
  await forge.branchHead(CANARY);
  expect(calls).toHaveLength(10);
  for (const call of calls) {
    const texts: unknown[] = [];
    JSON.stringify(call, (key, value: unknown) => {
      if (['body', 'footer', 'title', 'summary', 'description', 'message'].includes(key)) texts.push(value);
      return value;
    });
    expect(JSON.stringify(texts)).not.toContain(CANARY);
    expect(JSON.stringify(call)).toContain(CANARY);
  }
});

test('outputs, summary and annotations of a job; the runner hides what comes to light later, too', async () => {
  const own = new Redactor();
  own.reveal(CANARY);
  const { port, calls } = recorder<typeof noJob>();
  const job = discreetJob({ ...noJob, output: port.output, summary: port.summary, notice: port.notice, mask: port.mask }, own);
  own.reveal('canary-that-came-later');
  calls.length = 0;
  job.output('summary-json', JSON.stringify([{ a: `"${CANARY}` }]));
  await job.summary(`# ${CANARY}`);
  job.notice('error', `it said ${CANARY} and canary-that-came-later`);
  expect(calls).toEqual([
    ['output', 'summary-json', JSON.stringify([{ a: '"(secret)' }])],
    ['summary', '# (secret)'],
    ['notice', 'error', 'it said (secret) and (secret)'],
  ]);
});

test('progress, before a terminal cuts it off', () => {
  const events: Progress[] = [];
  discreetReporter({ progress: (event) => events.push(event) }, secrets).progress({ type: 'warning', text: `x ${CANARY}` });
  expect(events).toEqual([{ type: 'warning', text: 'x (secret)' }]);
});

test('errors of a cluster, thrown at once, by a promise or by a watch; other members stay', async () => {
  const failure = () =>
    new ClusterError(`c: refused ${CANARY}`, {
      cluster: 'c',
      cause: 'conflict',
      status: 409,
      fieldConflicts: [{ field: `.data.${CANARY}`, manager: 'x' }],
    });
  const cluster = discreetCluster(
    {
      name: 'c',
      get: async () => Promise.reject(failure()),
      counts: () => {
        throw failure();
      },
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async *watch() {
        throw failure();
      },
      list: async () => ['as it is'],
    } as unknown as Cluster,
    secrets,
  );
  const quiet = { message: 'c: refused (secret)', status: 409, cause: 'conflict', fieldConflicts: [{ field: '.data.(secret)' }] };
  await expect(cluster.get({} as never)).rejects.toMatchObject(quiet);
  expect(() => cluster.counts()).toThrow('c: refused (secret)');
  const watching = async () => {
    for await (const event of cluster.watch({} as never, {} as never)) expect(event).toBe('none');
  };
  await expect(watching()).rejects.toMatchObject(quiet);
  expect(await cluster.list({} as never)).toEqual(['as it is']);
  expect(cluster.name).toBe('c');
});
