import { describe, expect, test } from '@jest/globals';
import { pairKey } from '../../../src/expectation/expect.ts';
import type { Cluster, ExecRequest, ExecResult } from '../../../src/ports/cluster.ts';
import { lostWays, readEchoes, type SilentPath } from '../../../src/probe/direction.ts';
import { execShell } from '../../../src/probe/shell.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const HEADER =
  'Icmp: InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps';
const snmp = (echoes: number) =>
  `${HEADER}\nIcmp: 9 0 0 1 0 0 0 0 ${echoes} 4\nIcmp6InEchos                    ${echoes + 100}\n#END x\n`;

describe('the counters of a kernel', () => {
  test('are found by the name of their column', () => {
    expect([readEchoes(snmp(7), 'v4'), readEchoes(snmp(7), 'v6')]).toEqual([7, 107]);
    const older = 'Icmp: InMsgs InErrors InDestUnreachs InEchos\nIcmp: 9 0 1 3\n';
    expect([readEchoes(older, 'v4'), readEchoes(older, 'v6')]).toEqual([3, undefined]);
  });

  test.each(['', 'Icmp: InMsgs\nIcmp: 1\n', `${HEADER}\n`, `${HEADER}\nIcmp: a b c d e f g h i\n`])('%j says nothing', (text) =>
    expect(readEchoes(text, 'v4')).toBeUndefined(),
  );
});

describe('which way packets are lost', () => {
  const pair = {
    source: { cluster: 'cluster1', network: 'ns1/vn1' },
    target: { cluster: 'cluster2', network: 'ns1/vn2' },
    family: 'v4' as const,
    expected: 'reach' as const,
    reason: 'mesh',
  };

  /** A cluster whose target counts what arrives; `replies` of three. */
  function path(arriving: number, replies: number, counters: (count: number) => string = snmp): SilentPath {
    let count = 5;
    const exec = async ({ command }: ExecRequest): Promise<ExecResult> => {
      const complete = (stdout: string) => ({ status: 'complete' as const, exitCode: 0, stdout, stderr: '' });
      if (command[2]?.includes('snmp')) return complete(counters(count));
      count += arriving;
      return complete(`10.0.0.2\t0\t3 packets transmitted, ${replies} received, 0% packet loss, time 1ms\n`);
    };
    const cluster = { name: 'x', exec } as unknown as Cluster;
    return {
      pair,
      source: { cluster, namespace: 'ns1', pod: 'a' },
      target: { cluster, namespace: 'ns1', pod: 'b', address: '10.0.0.2' },
    };
  }
  const way = async (silent: SilentPath) =>
    (await lostWays([silent], { clock: new FakeClock(), signal: new AbortController().signal, run: 'r', shell: execShell })).get(
      pairKey(pair),
    );

  test('requests that never come, replies that do not come back', async () => {
    expect(await way(path(0, 0))).toBe('requests');
    expect(await way(path(3, 0))).toBe('replies');
  });

  test('what answers by now, a counter that goes back and one that cannot be read say nothing', async () => {
    expect(await way(path(3, 3))).toBeUndefined();
    expect(await way(path(-4, 0))).toBeUndefined();
    expect(await way(path(0, 0, () => 'sh: sed: not found\n'))).toBeUndefined();
  });
});
