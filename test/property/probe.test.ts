import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExecOutput } from '../../src/adapters/kubernetes/exec-output.ts';
import { pingCommand, SETTLE } from '../../src/probe/ping-command.ts';
import { readPings } from '../../src/probe/ping-output.ts';

const targets = ['127.0.0.1', '10.0.0.2', 'fd00::2'];
const sentinel = pingCommand(targets, 'nonce', SETTLE).sentinel;

/** A run's whole output: per target some replies and the counts, lines of different targets mixed. */
const output = fc
  .array(fc.tuple(fc.nat({ max: 5 }), fc.integer({ min: 1, max: 5 })), { minLength: 3, maxLength: 3 })
  .chain((counts) => {
    const lines = counts.flatMap(([received, sent], at) => [
      ...Array.from(
        { length: Math.min(received, sent) },
        (_, seq) => `${targets[at]}\t0\t64 bytes from x: icmp_seq=${seq + 1} ttl=63 time=0.${seq + 1} ms`,
      ),
      `${targets[at]}\t0\t${sent} packets transmitted, ${Math.min(received, sent)} received, 0% packet loss, time 4ms`,
    ]);
    return fc.record({
      counts: fc.constant(counts),
      text: fc.shuffledSubarray(lines, { minLength: lines.length }).map((mixed) => `${mixed.join('\n')}\n${sentinel}\n`),
    });
  });

describe('ping output', () => {
  test('cut at every byte: what is read is true or inconclusive, and never counts as whole', () => {
    fc.assert(
      fc.property(output, ({ counts, text }) => {
        const bytes = Buffer.from(text);
        for (let end = 0; end < bytes.length - 1; end++) {
          const cut = bytes.subarray(0, end).toString('utf8');
          for (const [at, target] of targets.entries()) {
            const measurement = readPings(cut, targets).get(target)!;
            if (measurement.status === 'inconclusive') continue;
            const [received, sent] = counts[at]!;
            expect(measurement).toMatchObject({ status: 'measured', sent, received: Math.min(received, sent) });
          }
          const exec = new ExecOutput(sentinel);
          exec.add(Buffer.concat([Buffer.from([1]), bytes.subarray(0, end)]));
          exec.add(Buffer.concat([Buffer.from([3]), Buffer.from('{"status":"Success"}')]));
          expect(exec.result('').status).toBe('incomplete');
        }
      }),
      { numRuns: 15 },
    );
  });

  test('whole: exactly the counts, whatever the order of lines', () => {
    fc.assert(
      fc.property(output, ({ counts, text }) => {
        for (const [at, target] of targets.entries()) {
          const [received, sent] = counts[at]!;
          expect(readPings(text, targets).get(target)).toMatchObject({
            status: 'measured',
            sent,
            received: Math.min(received, sent),
          });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('any text: never a throw, one answer per target', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\n',
        '\t',
        '10.0.0.2\t',
        '0\t',
        '5 packets transmitted, ',
        '5 received, ',
        '0% packet loss',
        'time=',
        'NaN ms',
        '64 bytes from ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        const found = readPings(parts.join(''), targets);
        expect([...found.keys()]).toEqual(targets);
        for (const measurement of found.values()) expect(['measured', 'inconclusive']).toContain(measurement.status);
      }),
      { numRuns: 3_000 },
    );
  });
});

test('frames cut anywhere and in any portions give the same result', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.string({ unit: 'grapheme' }),
      (sizes, text) => {
        const bytes = Buffer.from(`${text}\n${sentinel}\n`);
        const exec = new ExecOutput(sentinel);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length]!;
          exec.add(Buffer.concat([Buffer.from([1]), bytes.subarray(at, at + size)]));
          at += size;
        }
        exec.add(Buffer.concat([Buffer.from([3]), Buffer.from('{"status":"Success"}')]));
        expect(exec.result('')).toEqual({ status: 'complete', exitCode: 0, stdout: bytes.toString('utf8'), stderr: '' });
      },
    ),
    { numRuns: 500 },
  );
});
