import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { MEASURE, pingCommand, portions, SETTLE } from '../../../src/probe/ping-command.ts';
import { readPings, roundTripTimes } from '../../../src/probe/ping-output.ts';

const prefixed = (target: string, code: number, text: string) =>
  text
    .split('\n')
    .map((line) => `${target}\t${code}\t${line}`)
    .join('\n');
const read = (code: number, text: string) => readPings(prefixed('10.0.0.2', code, text), ['10.0.0.2']).get('10.0.0.2');

describe('what ping prints', () => {
  test('iputils', () => {
    const text = `PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.
64 bytes from 10.0.0.2: icmp_seq=1 ttl=63 time=0.400 ms
64 bytes from 10.0.0.2: icmp_seq=2 ttl=63 time=0.100 ms
64 bytes from 10.0.0.2: icmp_seq=2 ttl=63 time=9.000 ms (DUP!)
64 bytes from 10.0.0.2: icmp_seq=3 ttl=63 time=0.200 ms
64 bytes from 10.0.0.2: icmp_seq=5 ttl=63 time=12.5 ms

--- 10.0.0.2 ping statistics ---
5 packets transmitted, 4 received, +1 duplicates, 20% packet loss, time 815ms
rtt min/avg/max/mdev = 0.100/3.300/12.500/5.000 ms, pipe 2`;
    expect(read(0, text)).toEqual({
      status: 'measured',
      sent: 5,
      received: 4,
      rttMs: { min: 0.1, median: 0.3, p95: 12.5, jitter: 4.233 },
    });
  });

  test('no reply at all has no round trip', () => {
    const text = `PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.

--- 10.0.0.2 ping statistics ---
5 packets transmitted, 0 received, +3 errors, 100% packet loss, time 4093ms`;
    expect(read(1, text)).toEqual({ status: 'measured', sent: 5, received: 0 });
  });

  test('busybox', () => {
    const text = `PING 10.0.0.2 (10.0.0.2): 56 data bytes
64 bytes from 10.0.0.2: seq=0 ttl=64 time=0.107 ms
64 bytes from 10.0.0.2: seq=1 ttl=64 time=0.109 ms

--- 10.0.0.2 ping statistics ---
2 packets transmitted, 2 packets received, 0% packet loss
round-trip min/avg/max = 0.107/0.108/0.109 ms`;
    expect(read(0, text)).toEqual({
      status: 'measured',
      sent: 2,
      received: 2,
      rttMs: { min: 0.107, median: 0.108, p95: 0.109, jitter: 0.002 },
    });
  });

  test.each([
    [2, 'ping: connect: Network is unreachable', /Network is unreachable/],
    [2, 'ping: socktype: SOCK_RAW\nping: socket: Operation not permitted', /Operation not permitted/],
    [127, 'timeout: failed to run command', /failed to run/],
    [124, 'PING 10.0.0.2\n5 packets transmitted, 5 received, 0% packet loss', /did not end in time/],
    [0, '', /printed nothing/],
    [0, '5 packets transmitted, 5 rec', /did not measure/],
    [0, '5 packets transmitted, 5 received,', /did not measure/],
  ])('exit code %s, %j is inconclusive', (code, text, reason) => {
    expect(read(code, text)).toEqual({ status: 'inconclusive', reason: expect.stringMatching(reason) });
  });

  test('a target that is not mentioned is inconclusive; lines of others do not count', () => {
    const found = readPings(prefixed('10.0.0.3', 0, '5 packets transmitted, 5 received, 0% packet loss'), ['10.0.0.2']);
    expect(found).toEqual(new Map([['10.0.0.2', { status: 'inconclusive', reason: 'ping printed nothing' }]]));
  });

  test('median and 95th percentile', () => {
    expect(roundTripTimes([])).toBeUndefined();
    expect(roundTripTimes([3, 1, 2])).toEqual({ min: 1, median: 2, p95: 3, jitter: 1.5 });
    expect(roundTripTimes([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, p95: 4, jitter: 1.667 });
    expect(roundTripTimes(Array.from({ length: 100 }, (_, at) => at + 1))).toEqual({ min: 1, median: 50.5, p95: 95, jitter: 1 });
  });
});

test('targets travel in portions that fit a URL', () => {
  const targets = Array.from({ length: 1_000 }, (_, at) => `fd00:1234:5678:9abc:def0::${at.toString(16)}`);
  const parts = portions(targets);
  expect(parts.flat()).toEqual(targets);
  for (const part of parts) {
    const { command } = pingCommand(part, 'nonce', MEASURE);
    expect(new URLSearchParams(command.map((word) => ['command', word] as [string, string])).toString().length).toBeLessThan(
      6_000,
    );
  }
  expect(portions([])).toEqual([]);
});

const ping = ['/usr/bin/ping', '/bin/ping'].find((path) => existsSync(path));
/** The script itself, in whatever shell this host has, with a ping that may be used. */
const usable = ping !== undefined && spawnSync(ping, ['-c', '1', '-W', '1', '127.0.0.1']).status === 0;
(usable ? describe : describe.skip)('the command on this host (skipped where ping is missing)', () => {
  const run = (targets: string[], options = SETTLE) => {
    const { command, sentinel } = pingCommand(targets, 'n-1', options);
    return { stdout: execFileSync(command[0]!, command.slice(1), { encoding: 'utf8', timeout: 20_000 }), sentinel };
  };

  test('reaches itself, says what is wrong with an address, ends with the sentinel', () => {
    const targets = ['127.0.0.1', 'no.such.name.invalid'];
    const { stdout, sentinel } = run(targets);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(sentinel);
    const found = readPings(stdout, targets);
    expect(found.get('127.0.0.1')).toMatchObject({
      status: 'measured',
      sent: 1,
      received: 1,
      rttMs: { min: expect.any(Number) },
    });
    expect(found.get('no.such.name.invalid')?.status).toBe('inconclusive');
  });

  test('five packets to many targets at once take about a second', () => {
    const targets = Array.from({ length: 40 }, (_, at) => `127.0.1.${at + 1}`);
    const started = Date.now();
    const found = readPings(run(targets, MEASURE).stdout, targets);
    expect(Date.now() - started).toBeLessThan(8_000);
    for (const target of targets) expect(found.get(target)).toMatchObject({ status: 'measured', sent: 5, received: 5 });
  });
});
