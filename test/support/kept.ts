import type { KeptMatrix } from '../../src/model/kept-matrix.ts';
import type { Endpoint, Expected, PairVerdict, SmokeDocument, VerdictWord } from '../../src/model/smoke.ts';

/** An endpoint of a name: cluster and network are the name. */
export function end(name: string): Endpoint {
  return { cluster: name, network: `ns/${name}` };
}

/** A path as a smoke test found it: with five replies where it is as declared, with none otherwise. */
export function path(from: string, to: string, verdict: VerdictWord, change: Partial<PairVerdict> = {}): PairVerdict {
  const replied = verdict === 'ok';
  return {
    ...{ source: end(from), target: end(to), family: 'v4', expected: 'reach', verdict },
    ...{ sent: 5, received: replied ? 5 : 0, reason: 'connection app' },
    ...(replied ? { rttMs: { min: 0.1, median: 0.3, p95: 0.5 } } : {}),
    ...change,
  };
}

/** A path that takes so long. */
export function slow(from: string, to: string, median: number): PairVerdict {
  return path(from, to, 'ok', { rttMs: { min: median, median, p95: median } });
}

export function smokeOf(pairs: PairVerdict[]): SmokeDocument {
  return { schemaVersion: 1, fleet: 'guide', emulated: false, pairs };
}

function declaredBy(pairs: readonly PairVerdict[]): Expected {
  return { pairs: pairs.map(({ source, target, family, expected, reason }) => ({ source, target, family, expected, reason })) };
}

/** What `keep` is told of the `number`th run. */
export function runOf(pairs: PairVerdict[], number: number, declared: readonly PairVerdict[] = pairs) {
  const at = new Date(Date.UTC(2026, 0, number)).toISOString();
  return { fleet: 'guide', central: 'uid-1', at, runId: `run-${number}`, pairs, declared: declaredBy(declared) };
}

export function emptyMatrix(): KeptMatrix {
  const at = '2026-01-01T00:00:00.000Z';
  return { schemaVersion: 1, fleet: 'guide', central: 'uid-1', at, runId: 'run-0', expectations: 'sha256:0', paths: [] };
}
