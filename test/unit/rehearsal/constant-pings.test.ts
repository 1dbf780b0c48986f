import { expect, test } from '@jest/globals';
import type { ExpectedPair } from '../../../src/model/smoke.ts';
import type { Cluster, ExecRequest, ExecResult } from '../../../src/ports/cluster.ts';
import type { LiveProbe } from '../../../src/probe/paths.ts';
import { startPings } from '../../../src/rehearsal/constant-pings.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const SOURCE = { cluster: 'cluster1', network: 'default' };
const TARGET = { cluster: 'cluster2', network: 'default' };
const PAIR: ExpectedPair = { source: SOURCE, target: TARGET, family: 'v4', expected: 'reach', reason: '' };
const KEY = 'cluster1/default cluster2/default v4';

type Exec = (request: ExecRequest, signal: AbortSignal) => Promise<ExecResult>;

/** A ping that goes on until somebody stops it; `script` has how those before it end. */
function world(...script: ExecResult[]) {
  const commands: string[] = [];
  let stop: () => void = () => {};
  const exec: Exec = async ({ command, sentinel }, signal) => {
    const isStop = command[2]?.includes('kill -INT') === true;
    commands.push(isStop ? 'stop' : `ping ${command.slice(6).join(' ')}`);
    if (isStop) {
      stop();
      return { status: 'complete', exitCode: 0, stdout: `${sentinel}\n`, stderr: '' };
    }
    const given = script.shift();
    if (given !== undefined) return given;
    const ended = await new Promise<boolean>((resolve) => {
      stop = () => resolve(true);
      signal.addEventListener('abort', () => resolve(false));
    });
    const stdout = `R 1 1 1767225600.000\nR 1 2 1767225600.200\n`;
    if (!ended) return { status: 'incomplete', reason: 'interrupted', stdout, stderr: '' };
    return { status: 'complete', exitCode: 0, stdout: `${stdout}S 1 3\n${sentinel}\n`, stderr: '' };
  };
  const cluster = { name: 'cluster1', exec } as unknown as Cluster;
  return { commands, cluster };
}

function probes(cluster: Cluster, target: Partial<Extract<LiveProbe, { state: 'failed' }>> = {}): Map<string, LiveProbe> {
  const probe = (endpoint: typeof SOURCE) => ({
    ...{ endpoint, cluster: endpoint.cluster, namespace: 'cn2-fleet-smoke', pod: `p-${endpoint.cluster}`, families: ['v4'] },
  });
  const ready = (endpoint: typeof SOURCE) =>
    ({ probe: probe(endpoint), state: 'ready', cluster, addresses: { v4: '10.234.128.7' }, object: {} }) as unknown as LiveProbe;
  const other = ready(TARGET);
  return new Map([
    ['cluster1/default', ready(SOURCE)],
    ['cluster2/default', { ...other, ...target } as LiveProbe],
  ]);
}

function start(cluster: Cluster, live = probes(cluster)) {
  const clock = new FakeClock();
  const pings = startPings({ pairs: [PAIR], probes: live, run: 'run', clock, signal: new AbortController().signal });
  return { pings, clock };
}

test('pings go on until they are stopped, and then say all that they sent', async () => {
  const { commands, cluster } = world();
  const { pings } = start(cluster);
  const runs = (await pings.stop()).get(KEY)!;
  expect(commands).toEqual(['ping 10.234.128.7', 'stop']);
  expect(runs).toMatchObject([{ sent: 3, replies: [{ sequence: 1 }, { sequence: 2 }] }]);
});

test('an exec that is cut keeps what it told; its pings are ended before others begin', async () => {
  const cut = {
    status: 'incomplete' as const,
    reason: 'the connection was closed',
    stdout: 'R 1 1 1767225600.000\nR 1',
    stderr: '',
  };
  const { commands, cluster } = world(cut);
  const { pings, clock } = start(cluster);
  while (commands.length < 3) await clock.sleep(100);
  const runs = (await pings.stop()).get(KEY)!;
  expect(commands).toEqual(['ping 10.234.128.7', 'stop', 'ping 10.234.128.7', 'stop']);
  expect(runs).toHaveLength(2);
  expect(runs[0]).toMatchObject({ replies: [{ sequence: 1 }], reason: 'the connection was closed' });
  expect(runs[0]?.sent).toBeUndefined();
  expect(runs[1]?.sent).toBe(3);
});

test('pings that nobody can stop are cut, and say so', async () => {
  const { cluster } = world();
  const deaf = {
    ...cluster,
    exec: async (request: ExecRequest, signal: AbortSignal) => {
      if (request.command[2]?.includes('kill -INT')) throw new Error('no route to the host');
      return await (cluster.exec as Exec)(request, signal);
    },
  } as unknown as Cluster;
  const { pings } = start(deaf, probes(deaf));
  const [run] = (await pings.stop()).get(KEY)!;
  expect([run?.sent, run?.reason, run?.replies.length]).toEqual([undefined, 'interrupted', 2]);
});

test('a path that cannot be pinged has the reason, and no exec', async () => {
  const { commands, cluster } = world();
  const { pings } = start(cluster, probes(cluster, { state: 'failed', reason: 'the image cannot be pulled' }));
  const [run] = (await pings.stop()).get(KEY)!;
  expect([run?.reason, run?.replies, commands]).toEqual(['the image cannot be pulled', [], []]);
});
