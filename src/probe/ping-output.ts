import type { Measurement, RoundTripTimes } from '../model/smoke.ts';

/** `5 packets transmitted, 5 received, +1 errors, 0% packet loss, time 815ms` (iputils) or `… 5 packets received, …` (busybox). */
const COUNTS = /^(\d{1,6}) packets transmitted, (\d{1,6})(?: packets)? received,.*% packet loss/;
/** A reply line; duplicates end in (DUP!). */
const REPLY = /\bbytes from\b.*\btime[=<](\d+(?:\.\d+)?) ms(?! \(DUP!\))/;
/** How a reason begins that ping itself has given. */
export const PING_FAULT = 'ping did not measure: ';
/** What `timeout` ends with when it had to stop a ping. */
const STOPPED = new Set(['124', '143']);

/**
 * What one run of the ping command says about each target. Text that does not say how many packets were sent and received is
 * inconclusive, with what the shell complained of (`stderr`) where ping itself said nothing; loss is computed by whoever needs it from the counts, never from the printed percentage.
 */
export function readPings(stdout: string, targets: readonly string[], stderr = ''): Map<string, Measurement> {
  const wanted = new Map(targets.map((target) => [target, { codes: new Set<string>(), lines: [] as string[] }]));
  for (const line of stdout.split('\n')) {
    const [target, code, ...text] = line.split('\t');
    const found = wanted.get(target ?? '');
    // Lines of what else was tried have a word instead of a code.
    if (found === undefined || code === undefined || !/^\d+$/.test(code)) continue;
    found.codes.add(code);
    found.lines.push(text.join('\t'));
  }
  const complaint = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  return new Map([...wanted].map(([target, { codes, lines }]) => [target, readPing(lines, codes, complaint)]));
}

function readPing(lines: readonly string[], codes: ReadonlySet<string>, complaint: string): Measurement {
  if ([...codes].some((code) => STOPPED.has(code))) return { status: 'inconclusive', reason: 'ping did not end in time' };
  const counts = lines.map((line) => COUNTS.exec(line)).find((match) => match !== null);
  if (!counts) {
    const words = lines.map((line) => line.trim()).filter((line) => line !== '');
    const last = words.at(-1)?.slice(0, 200);
    return { status: 'inconclusive', reason: wordsOf(last, complaint) };
  }
  const [sent, received] = [Number(counts[1]), Number(counts[2])];
  const rttMs = roundTripTimes(lines.flatMap((line) => REPLY.exec(line)?.[1] ?? []).map(Number));
  return { status: 'measured', sent, received, ...(rttMs && received > 0 ? { rttMs } : {}) };
}

/** Without a word of ping it is the shell that says why, as where the image has no sed. */
function wordsOf(last: string | undefined, complaint: string): string {
  if (last !== undefined) return `${PING_FAULT}${last}`;
  return complaint === '' ? 'ping printed nothing' : `${PING_FAULT}${complaint}`;
}

/** Smallest, median, 95th percentile (nearest rank) and mean step from one to the next in milliseconds; undefined without a value. */
export function roundTripTimes(values: readonly number[]): RoundTripTimes | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[Math.min(sorted.length - 1, Math.max(0, index))] ?? 0;
  if (sorted.length === 0) return undefined;
  const middle = sorted.length / 2;
  const median = Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  const jitter = steps.reduce((sum, step) => sum + step, 0) / steps.length;
  return {
    min: rounded(at(0)),
    median: rounded(median),
    p95: rounded(at(Math.ceil(sorted.length * 0.95) - 1)),
    ...(steps.length === 0 ? {} : { jitter: rounded(jitter) }),
  };
}
