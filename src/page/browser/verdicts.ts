import { lossPercent } from '../../expectation/verdict.ts';
import type { Endpoint, PairVerdict, PathChange, VerdictWord } from '../../model/smoke.ts';
import { cellText } from '../../report/smoke-matrix.ts';

/** How a path is shown: a verdict has a sign as well as a colour. A path that is blocked as declared is ok, and looks otherwise. */
export interface Look {
  sign: string;
  /** Of its style. */
  name: string;
  /** For people who hear it. */
  word: string;
}

const LOOKS: Record<Exclude<VerdictWord, 'ok'>, Look> = {
  unreachable: { sign: '✕', name: 'unreachable', word: 'unreachable' },
  'unexpectedly-reachable': { sign: '‼', name: 'leak', word: 'unexpectedly reachable' },
  degraded: { sign: '▲', name: 'degraded', word: 'degraded' },
  inconclusive: { sign: '?', name: 'inconclusive', word: 'inconclusive' },
  'not-run': { sign: '○', name: 'not-run', word: 'not run' },
};

const OK: Look = { sign: '✓', name: 'ok', word: 'ok' };
const BLOCKED: Look = { sign: '⊘', name: 'blocked', word: 'ok, blocked as declared' };
const OPEN: Look = { sign: '·', name: 'open', word: 'ok, nothing is expected' };

export function lookOf({ verdict, expected }: PairVerdict): Look {
  if (verdict !== 'ok') return LOOKS[verdict];
  return expected === 'block' ? BLOCKED : expected === 'unspecified' ? OPEN : OK;
}

/** A verdict by itself. */
export function lookOfVerdict(verdict: VerdictWord): Look {
  return verdict === 'ok' ? OK : LOOKS[verdict];
}

/** What the colours and signs mean, in the order of the legend. */
export const LEGEND: readonly Look[] = [OK, BLOCKED, OPEN, ...Object.values(LOOKS)];

export const CHANGE_WORDS: Record<PathChange, string> = {
  'newly-broken': 'newly broken',
  repaired: 'repaired',
  slower: 'slower',
};

/** An end of a path. */
export function endText({ cluster, network, node }: Endpoint): string {
  return `${cluster} ${network === 'default' ? 'default pod network' : network}${node === undefined ? '' : ` on ${node}`}`;
}

/** A cell as it is read out. */
export function spoken(pair: PairVerdict): string {
  const value = cellText(pair);
  const change = pair.change === undefined ? [] : [CHANGE_WORDS[pair.change]];
  const measured = pair.sent > 0 && value !== '' ? [value] : [];
  return [`${endText(pair.source)} to ${endText(pair.target)}`, lookOf(pair).word, ...measured, ...change].join(', ');
}

/** 12.5 % */
export function lossText(pair: PairVerdict): string {
  return `${Math.round(lossPercent(pair) * 10) / 10} %`;
}

/** 0.07 ms */
export function msText(value: number): string {
  return `${value < 1 ? value.toFixed(3) : value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}
