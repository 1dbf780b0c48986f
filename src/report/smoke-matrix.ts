import { endpointKey, pairKey } from '../expectation/expect.ts';
import { isFailed, isUnjudged } from '../expectation/smoke-document.ts';
import { lossPercent } from '../expectation/verdict.ts';
import type { Family } from '../model/fleet.ts';
import type { Endpoint, PairVerdict, SmokeDocument, VerdictWord } from '../model/smoke.ts';
import { printable } from './printable.ts';
import { counted } from './words.ts';

/** More endpoints than this make a matrix too wide to read: clusters are rolled up instead. */
export const WIDEST_MATRIX = 12;

/** One matrix: rows are sources, columns are targets. `cells[row][column]` is undefined where nothing was expected. */
export interface Matrix {
  family: Family;
  kind: 'default' | 'networks';
  endpoints: Endpoint[];
  cells: (PairVerdict | undefined)[][];
}

/** Pairs arranged as matrices, one per family for default pod networks and one for virtual networks. */
export function matrices(document: Pick<SmokeDocument, 'pairs'>): Matrix[] {
  return (['default', 'networks'] as const).flatMap((kind) =>
    (['v4', 'v6'] as const).flatMap((family) => {
      const pairs = document.pairs.filter((pair) => pair.family === family && kindOf(pair.source) === kind);
      return pairs.length === 0 ? [] : [matrixOf(family, kind, pairs)];
    }),
  );
}

function kindOf(endpoint: Endpoint): Matrix['kind'] {
  return endpoint.network === 'default' ? 'default' : 'networks';
}

function matrixOf(family: Family, kind: Matrix['kind'], pairs: readonly PairVerdict[]): Matrix {
  const places = new Map<string, number>();
  const endpoints: Endpoint[] = [];
  const place = (endpoint: Endpoint): number => {
    const key = endpointKey(endpoint);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, endpoints.length);
    endpoints.push(endpoint);
    return endpoints.length - 1;
  };
  const placed = pairs.map((pair) => ({ pair, row: place(pair.source), column: place(pair.target) }));
  const cells = endpoints.map(() => new Array<PairVerdict | undefined>(endpoints.length).fill(undefined));
  for (const { pair, row, column } of placed) cells[row]![column] = pair;
  return { family, kind, endpoints, cells };
}

/** An endpoint as a row or column title. */
export function endpointTitle(endpoint: Endpoint): string {
  const { cluster, network, node } = endpoint;
  return printable([cluster, ...(network === 'default' ? [] : [network]), ...(node === undefined ? [] : [`@${node}`])].join(' '));
}

/** What a cell says: the median of the round trips, the loss, that it is blocked as declared, that it is open though it must not be, or ?. */
export function cellText(pair: PairVerdict | undefined): string {
  if (pair === undefined) return '';
  if (isUnjudged(pair.verdict)) return '?';
  if (pair.verdict === 'unexpectedly-reachable') return 'reachable!';
  if (pair.verdict === 'unreachable') return '100 % loss';
  const loss = lossPercent(pair);
  if (pair.verdict === 'degraded' && loss > 0) return `${Math.round(loss * 10) / 10} % loss`;
  if (pair.received === 0) return pair.expected === 'block' ? 'blocked' : 'silent';
  return pair.rttMs === undefined ? 'ok' : milliseconds(pair.rttMs.median);
}

/** 0.12 ms, 1.2 ms, 12 ms */
export function milliseconds(value: number): string {
  return `${value < 1 ? value.toFixed(2) : value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

const RANK: Record<VerdictWord, number> = {
  'unexpectedly-reachable': 0,
  unreachable: 1,
  degraded: 2,
  inconclusive: 3,
  'not-run': 4,
  ok: 5,
};

/** Every verdict, the worst first. */
export const VERDICTS = Object.keys(RANK) as readonly VerdictWord[];

/** Pairs that are not as declared or not known, the worst first. */
export function pairsToExplain(document: Pick<SmokeDocument, 'pairs'>): PairVerdict[] {
  return document.pairs.filter((pair) => pair.verdict !== 'ok').sort((a, b) => RANK[a.verdict] - RANK[b.verdict]);
}

/** The same, but for those of which no packet was sent and whose diagnosis says why, once for all of them. */
export function untoldPairs(document: SmokeDocument): PairVerdict[] {
  const told = new Set((document.diagnoses ?? []).flatMap(({ paths }) => paths.map(pairKey)));
  return pairsToExplain(document).filter((pair) => !isUnjudged(pair.verdict) || pair.sent > 0 || !told.has(pairKey(pair)));
}

/** Whether a path was measured of which nothing was expected. */
function isOpen(pair: PairVerdict): boolean {
  return pair.expected === 'unspecified' && pair.verdict === 'ok';
}

/** Why nothing was expected of paths: one sentence per reason, with their number. */
export function openPaths(document: SmokeDocument): string[] {
  const reasons = Map.groupBy(document.pairs.filter(isOpen), ({ reason }) => reason.replace(/^(?:no reply|replies); /, ''));
  return [...reasons].map(([reason, pairs]) => `${counted(pairs.length, 'path')} ${reason}`);
}

/** Clusters that were not measured by exec: one sentence for each, with why. */
export function otherMeans({ means = [] }: SmokeDocument): string[] {
  return means
    .filter((each) => each.means === 'logs')
    .map(({ cluster, reason }) => `${cluster} was measured by logs, without exec${reason === undefined ? '' : `: ${reason}`}`);
}

/** Paths between virtual networks on which the source's address was translated: they are open, but not by way of the routers. */
export function translatedPaths({ pairs }: SmokeDocument): string[] {
  return pairs.flatMap(({ source, target, family, tcp }) =>
    source.network === 'default' || tcp?.seenAs === undefined
      ? []
      : [
          `${endpointTitle(source)} → ${endpointTitle(target)} IP${family}: connections arrive from ${tcp.seenAs}, not from the probe's own address`,
        ],
  );
}

/** Per ordered pair of clusters how many paths are as declared, wrong and unknown. */
export interface RollUp {
  source: string;
  target: string;
  ok: number;
  failed: number;
  unjudged: number;
}

export function rollUp(document: SmokeDocument): RollUp[] {
  const rows = new Map<string, RollUp>();
  for (const pair of document.pairs) {
    const key = `${pair.source.cluster} ${pair.target.cluster}`;
    const row = rows.get(key) ?? { source: pair.source.cluster, target: pair.target.cluster, ok: 0, failed: 0, unjudged: 0 };
    if (isFailed(pair.verdict)) row.failed += 1;
    else if (isUnjudged(pair.verdict) || isOpen(pair)) row.unjudged += 1;
    else row.ok += 1;
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** "Smoke test of guide"; a fleet that cannot be read has no name. */
export function smokeTitle({ fleet }: Pick<SmokeDocument, 'fleet'>, shown: (name: string) => string): string {
  return fleet === '' ? 'Smoke test' : `Smoke test of ${shown(fleet)}`;
}

/** The verdict of a smoke test in one sentence without markup. */
export function smokeSentence(document: SmokeDocument): string {
  if (document.findings !== undefined) return 'nothing was measured, rendered/ is not what was rendered';
  if (document.pairs.length === 0) return 'no path to measure';
  const failed = document.pairs.filter((pair) => isFailed(pair.verdict)).length;
  const unjudged = document.pairs.filter((pair) => isUnjudged(pair.verdict)).length;
  const paths = counted(document.pairs.length, 'path');
  const open = document.pairs.filter(isOpen).length;
  const rest = open > 0 ? [`${open} with nothing expected`] : [];
  if (failed + unjudged === 0)
    return [paths, ...(open === 0 ? ['all as declared'] : [`${document.pairs.length - open} as declared`, ...rest])].join(', ');
  const wrong = [
    ...(failed > 0 ? [`${failed} not as declared`] : []),
    ...(unjudged > 0 ? [`${unjudged} not judged`] : []),
    ...rest,
  ];
  return `${paths}, ${wrong.join(', ')}`;
}
