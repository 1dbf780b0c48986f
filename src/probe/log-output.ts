import type { ExecResult } from '../ports/cluster.ts';

/** More than this is not a probe's answer. */
export const MOST_BYTES = 1024 * 1024;

/**
 * The log of a command that has ended. Both streams are in it, in an order of their own: a line with a column for its target is output, any
 * other one a complaint. The sentinel is written last, so where it is nothing of the output can be missing.
 */
export function readOutput(log: string, exitCode: number, sentinel: string): ExecResult {
  const lines = log.split('\n');
  const of = (keep: (line: string) => boolean) => lines.filter(keep).join('\n');
  const isOutput = (line: string) => line.includes('\t') || line === sentinel;
  const streams = { stdout: of(isOutput), stderr: of((line) => !isOutput(line)) };
  if (lines.includes(sentinel)) return { status: 'complete', exitCode, ...streams };
  if (log.length >= MOST_BYTES) return { status: 'incomplete', reason: `more than ${MOST_BYTES} bytes of output`, ...streams };
  const cut = exitCode === 0 ? 'the output was cut off' : `the command ended early with exit code ${exitCode}`;
  return { status: 'incomplete', reason: cut, ...streams };
}
