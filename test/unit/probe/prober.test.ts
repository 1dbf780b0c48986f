import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readOutput } from '../../../src/probe/log-output.ts';
import { MEASURE, pingCommand, SETTLE } from '../../../src/probe/ping-command.ts';
import { readPings } from '../../../src/probe/ping-output.ts';
import { probePod } from '../../../src/probe/probe-pod.ts';
import { prober } from '../../../src/probe/prober.ts';
import type { Probe } from '../../../src/probe/probes.ts';

describe('the log of a command that has ended', () => {
  const targets = ['10.0.0.2', '10.0.0.3'];
  const line = (target: string, text: string) => `${target}\t0\t${text}`;
  const counts = '5 packets transmitted, 5 received, 0% packet loss, time 815ms';
  const { sentinel } = pingCommand(targets, 'run-1', MEASURE);
  const log = `${targets.map((target) => line(target, counts)).join('\n')}\n${sentinel}\n`;

  test('is whole with its sentinel, wherever complaints stand', () => {
    const noisy = `sh: locale?\n${log.replace(/\n$/, '')}\nsh: bye\n`;
    const output = readOutput(noisy, 0, sentinel);
    expect(output).toMatchObject({ status: 'complete', stderr: 'sh: locale?\nsh: bye\n' });
    expect([...readPings(output.stdout, targets).values()].map(({ status }) => status)).toEqual(['measured', 'measured']);
  });

  test('cut at every byte it is never whole', () => {
    for (let at = 0; at < log.length - 1; at++) {
      expect([at, readOutput(log.slice(0, at), 0, sentinel)]).toEqual([at, expect.objectContaining({ status: 'incomplete' })]);
    }
    expect(readOutput(log.slice(0, -1), 0, sentinel).status).toBe('complete');
  });

  test('of another run, of a command that died, of one that printed too much', () => {
    expect(readOutput(log.replace('run-1', 'run-2'), 0, sentinel)).toMatchObject({ reason: 'the output was cut off' });
    expect(readOutput('x', 137, sentinel)).toMatchObject({ reason: 'the command ended early with exit code 137' });
    expect(readOutput('x'.repeat(1024 * 1024), 0, sentinel)).toMatchObject({ reason: 'more than 1048576 bytes of output' });
  });
});

const path = ['/usr/bin/ping', '/bin/ping'].find((each) => existsSync(each));
const usable = path !== undefined && spawnSync(path, ['-c', '1', '-W', '1', '127.0.0.1']).status === 0;
(usable ? describe : describe.skip)('what a prober runs, on this host (skipped where ping is missing)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prober-'));
  const witness = join(folder, 'ran');
  afterAll(() => rmSync(folder, { recursive: true }));
  const endpoint = { cluster: 'c', network: 'default' };
  const probe: Probe = { endpoint, cluster: 'c', namespace: 'ns', pod: "p'1", families: ['v4'] };
  const pod = probePod(probe, probe.pod, { image: 'x', run: 'r', now: 0, routes: [], echo: 'ping-socket' });
  const run = (awaited: string[], tries = '2') => {
    const targets = ['127.0.0.1', ...awaited];
    const { command, sentinel } = pingCommand(targets, 'n', SETTLE);
    const object = prober(pod, { name: 'p-l1', node: undefined, command, awaited });
    const [program, ...rest] = (object['spec'] as { containers: { command: string[] }[] }).containers[0]!.command as [
      string,
      ...string[],
    ];
    // Nothing that stays behind on this host.
    const harmless = rest[5]!.replace(/nc -l+/, 'false').replace('exec sleep 900', `echo "$0" > ${witness}`);
    const listening = rest.with(3, tries).with(5, harmless);
    const began = Date.now();
    const log = execFileSync(program, listening, { encoding: 'utf8', timeout: 20_000 });
    return { took: Date.now() - began, output: readOutput(log, 0, sentinel), targets };
  };

  test('those who answer are not waited for, and the command runs as it is', () => {
    const { output, took, targets } = run(['127.0.0.2', '127.0.0.3']);
    expect(took).toBeLessThan(3_000);
    expect(output.status).toBe('complete');
    expect([...readPings(output.stdout, targets).values()]).toEqual(
      targets.map(() => expect.objectContaining({ status: 'measured', sent: 1, received: 1 })),
    );
    expect(run([]).output.status).toBe('complete');
    // What the probe runs has run beside it, under the probe's name.
    expect(readFileSync(witness, 'utf8')).toBe("p'1\n");
  });

  test('one who does not answer is waited for so many times, and then measured', () => {
    const { output, targets } = run(['no.such.name.invalid'], '1');
    expect(output.status).toBe('complete');
    expect(readPings(output.stdout, targets).get('127.0.0.1')).toMatchObject({ received: 1 });
  });
});
