import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pingOnCommand, readPings, stopCommand } from '../../../src/rehearsal/ping-script.ts';

describe('what pings tell', () => {
  const output = 'R 1 1 1767225600.100000\nR 2 1 1767225600.200000\nR 1 2 1767225600.300000\nS 1 3\nS 2 1\n#END 2 n\n';

  test('replies with their times, and how many were sent', () => {
    const [first, second] = readPings(output, 2);
    expect(first).toEqual({
      replies: [
        { sequence: 1, at: 1767225600100 },
        { sequence: 2, at: 1767225600300 },
      ],
      sent: 3,
    });
    expect(second?.sent).toBe(1);
  });

  test('cut at any byte: never a reply or a count that was not told', () => {
    const whole = readPings(output, 2);
    for (let length = 0; length < output.length; length += 1)
      for (const [at, { replies, sent }] of readPings(output.slice(0, length), 2).entries()) {
        expect(whole[at]!.replies.slice(0, replies.length)).toEqual(replies);
        if (sent !== undefined) expect(sent).toBe(whole[at]!.sent);
      }
  });

  test('lines of others say nothing', () => {
    const strange = 'R 9 1 1767225600.1\nR 1 x 1.1\nR 1 1 yesterday\nS 0 4\nsh: ping: not found\n';
    expect(readPings(strange, 1)).toEqual([{ replies: [] }]);
  });
});

/** In the shell of this host, with a ping of its own where the script looks first. */
(process.platform === 'linux' ? test : test.skip)(
  'the script of the shell, with a ping that answers all but the third',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-ping-'));
    const ping = join(folder, 'ping');
    const program = `#!/bin/sh
trap 'echo "--- statistics ---"; echo "5 packets transmitted, 4 received, 20% packet loss"; exit 0' TERM
for s in 1 2 4 5; do echo "[1767225600.$s] 64 bytes from 10.0.0.1: icmp_seq=$s ttl=63 time=0.1 ms"; done
while :; do sleep 0.05; done
`;
    try {
      writeFileSync(ping, program);
      chmodSync(ping, 0o755);
      const { command, sentinel } = pingOnCommand(['10.0.0.1'], 'n');
      const child = spawn(command[0]!, [command[1]!, command[2]!.replace('/usr/bin/ping', ping), ...command.slice(3)]);
      let stdout = '';
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
      });
      while (!stdout.includes('R 1 5')) await new Promise((resolve) => setTimeout(resolve, 20));
      // On this host `stopCommand` would end the pings of others; and a shell cannot catch the signal that it sends.
      expect(stopCommand('n').command[2]).toContain('kill -INT');
      for (const id of descendants(child.pid!)) if (commandOf(id) === 'ping') process.kill(id, 'SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
      expect(stdout.trimEnd().endsWith(sentinel)).toBe(true);
      expect(readPings(stdout, 1)[0]).toMatchObject({ sent: 5, replies: [1, 2, 4, 5].map((sequence) => ({ sequence })) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

function descendants(id: number): number[] {
  const children = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function commandOf(id: number): string {
  return readFileSync(`/proc/${id}/comm`, 'utf8').trim();
}
