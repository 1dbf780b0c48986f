import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAnswer, waitingCommand } from '../../../src/probe/listener.ts';
import { readObservations } from '../../../src/probe/observation.ts';
import { readSizes } from '../../../src/probe/packet-size.ts';
import { MEASURE, pingCommand } from '../../../src/probe/ping-command.ts';

describe('what nc prints', () => {
  test.each([
    ['#PEER pod-1 2: 0100007F:4F99 0200000A:DE40 01', { result: 'connected', pod: 'pod-1', peer: '10.0.0.2' }],
    [
      '#PEER pod-1 2: 00000000000000000000000001000000:4F99 0000000000000000FFFF00000200000A:DE40 01',
      { result: 'connected', pod: 'pod-1', peer: '10.0.0.2' },
    ],
    [
      '#PEER pod-1 2: 00000000000000000000000001000000:4F99 000000FD000000000000000001000000:DE40 01',
      { result: 'connected', pod: 'pod-1', peer: 'fd00::1' },
    ],
    ['#PEER pod-1', { result: 'connected', pod: 'pod-1' }],
    ['#PEER pod-1 2: 0100007F:4F99 zz:DE40 01', { result: 'connected', pod: 'pod-1' }],
    ["nc: can't connect to remote host (10.0.0.2): Connection refused", { result: 'refused' }],
    ['nc: timed out', { result: 'timeout' }],
    ['sh: nc: not found', undefined],
    ['', undefined],
    ['#PEER', undefined],
  ])('%j', (line, answer) => {
    expect(readAnswer([line])).toEqual(answer);
  });
});

test('lines of connections and packets belong to their target, and none is taken for one of ping', () => {
  const lines = [
    '10.0.0.2\t0\t5 packets transmitted, 5 received, 0% packet loss, time 815ms',
    '10.0.0.2\tTCP\tnc: timed out',
    '10.0.0.2\tMTU\t1500\t1',
    '10.0.0.3\tMTU\t99999999\t0',
    '10.0.0.4\tMTU\t1500',
    '10.0.0.5\tTCP\t#PEER x',
  ];
  const found = readObservations(lines.join('\n'), ['10.0.0.2', '10.0.0.3', '10.0.0.4']);
  expect(found.get('10.0.0.2')).toEqual({
    ping: { status: 'measured', sent: 5, received: 5 },
    tcp: { result: 'timeout' },
    link: { mtu: 1500, passes: false },
  });
  for (const target of ['10.0.0.3', '10.0.0.4'])
    expect(found.get(target)).toEqual({ ping: { status: 'inconclusive', reason: 'ping printed nothing' } });
  expect(readSizes('10.0.0.2\tSIZE\t1400\n10.0.0.3\tSIZE\t0\n10.0.0.4\tSIZE\n')).toEqual(new Map([['10.0.0.2', 1400]]));
});

const busybox = ['/usr/bin/busybox', '/bin/busybox'].find((path) => existsSync(path));
const listens = busybox !== undefined && spawnSync(busybox, ['nc', '--help']).stderr.toString().includes('-ll');
const ping = ['/usr/bin/ping', '/bin/ping'].find((path) => existsSync(path));
const pings = ping !== undefined && spawnSync(ping, ['-c', '1', '-W', '1', '127.0.0.1']).status === 0;
(listens && pings ? describe : describe.skip)('on this host (skipped without busybox nc or ping)', () => {
  let folder: string;
  let listener: ChildProcess;
  const shell = (command: readonly string[]) => ({
    command: command.slice(1),
    env: { ...process.env, PATH: `${folder}:${process.env['PATH']}` },
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'listener-'));
    for (const applet of ['nc', 'timeout']) symlinkSync(busybox!, join(folder, applet));
    const { command, env } = shell(waitingCommand('pod-1', 60));
    listener = spawn('sh', command, { env, detached: true, stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 500));
  });

  afterAll(() => {
    process.kill(-listener.pid!, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('the listener says who it is and whom it sees, to many at once', () => {
    const targets = ['127.0.0.1', ...Array.from({ length: 20 }, (_, at) => `127.0.2.${at + 1}`)];
    const { command, env } = shell(pingCommand(targets, 'n', MEASURE).command);
    const found = readObservations(spawnSync('sh', command, { env, encoding: 'utf8' }).stdout, targets);
    for (const target of targets)
      expect(found.get(target)).toMatchObject({
        ping: { status: 'measured', received: 5 },
        tcp: { result: 'connected', pod: 'pod-1', peer: expect.stringMatching(/^127\./) },
      });
  });
});
