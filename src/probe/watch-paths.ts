import type { ExpectedPair } from '../model/smoke.ts';
import type { PathState } from '../ports/reporter.ts';
import type { Path } from './paths.ts';
import type { RoundInput } from './ping-round.ts';
import { asExpected } from './settle.ts';

/** Told of each path what is known of it by now. */
export type PathReport = (pair: ExpectedPair, state: PathState) => void;

/** Tells of each ping what it means for its path, as far as one ping can tell. */
export function watchPaths(paths: readonly Path[], report: PathReport | undefined): RoundInput['seen'] {
  if (report === undefined) return undefined;
  const pairs = new Map(paths.map((path) => [`${path.source.probe.pod} ${path.address}`, path.pair]));
  return (pod, address, ping) => {
    const pair = pairs.get(`${pod} ${address}`);
    if (pair === undefined) return;
    if (ping.status !== 'measured') report(pair, 'unknown');
    else report(pair, asExpected(pair, ping.received) ? 'as-declared' : 'not-as-declared');
  };
}
