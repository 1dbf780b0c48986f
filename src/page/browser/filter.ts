import { pairKey } from '../../expectation/expect.ts';
import type { Family } from '../../model/fleet.ts';
import type { Endpoint, PairVerdict, VerdictWord } from '../../model/smoke.ts';

/** Which paths are shown. */
export interface Filter {
  /** Paths from or to this cluster; empty: all. */
  cluster: string;
  /** The same for a network of the cluster. */
  network: string;
  family: Family | '';
  /** Empty: all. */
  verdicts: readonly VerdictWord[];
  /** Paths that have changed since the last good matrix. */
  changed: boolean;
  /** Of one diagnosis or connection, as keys of pairs; absent: all. */
  only?: { title: string; paths: ReadonlySet<string> };
}

export const EVERYTHING: Filter = { cluster: '', network: '', family: '', verdicts: [], changed: false };

/** Whether a path is shown. */
export function passes(filter: Filter, pair: PairVerdict): boolean {
  const { cluster, network, family, verdicts, changed, only } = filter;
  const isEnd = (end: Endpoint) => (cluster === '' || end.cluster === cluster) && (network === '' || end.network === network);
  return (
    (family === '' || pair.family === family) &&
    (verdicts.length === 0 || verdicts.includes(pair.verdict)) &&
    (!changed || pair.change !== undefined) &&
    (isEnd(pair.source) || isEnd(pair.target)) &&
    (only === undefined || only.paths.has(pairKey(pair)))
  );
}
