import { describe, expect, test } from '@jest/globals';
import type { DriftDocument } from '../../../src/model/drift.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { driftPrometheus } from '../../../src/report/prometheus/drift.ts';
import { smokePrometheus } from '../../../src/report/prometheus/smoke.ts';
import { readMetrics } from '../../support/prometheus-text.ts';
import { DRIFT, FINDINGS, pair, SMOKE } from '../../support/report-documents.ts';

/** Samples of one metric, by their labels. */
function samplesOf(text: string, name: string): Record<string, number> {
  const start = `${name}{`;
  return Object.fromEntries(
    [...readMetrics(text).samples]
      .filter(([key]) => key.startsWith(start))
      .map(([key, value]) => [key.slice(start.length, -1), value]),
  );
}

const THERE =
  'fleet="guide",source_cluster="cluster1",source_network="ns1/vn1",target_cluster="cluster2",target_network="ns1/vn2",family="v4"';
const BACK =
  'fleet="guide",source_cluster="cluster2",source_network="ns1/vn2",target_cluster="cluster1",target_network="ns1/vn1",family="v4"';

describe('a smoke test as metrics', () => {
  const text = smokePrometheus(SMOKE);
  const of = (name: string) => samplesOf(text, `cn2_fleet_smoke_${name}`);

  test('gauges all of them, each once', () => {
    const { types } = readMetrics(text);
    expect(new Set(types.values())).toEqual(new Set(['GAUGE']));
  });

  test('each path with what was expected and its verdict', () => {
    const ok = of('path_ok');
    expect(Object.keys(ok)).toHaveLength(SMOKE.pairs.length);
    expect(ok[`${THERE},expected="reach",verdict="ok"`]).toBe(1);
    expect(ok[`${BACK},expected="reach",verdict="degraded"`]).toBe(0);
  });

  test('packets and round trips, the latter in seconds and only where replies came', () => {
    expect([of('packets_sent')[BACK], of('packets_received')[BACK]]).toEqual([5, 3]);
    const times = of('round_trip_seconds');
    expect([times[`${THERE},statistic="median"`], times[`${THERE},statistic="p95"`]]).toEqual([0.00021, 0.0003]);
    expect(Object.keys(times)).toHaveLength(2 * SMOKE.pairs.filter(({ rttMs }) => rttMs !== undefined).length);
  });

  test('how many paths have which verdict, zeros as well', () => {
    const labels = (verdict: string) => `fleet="guide",verdict="${verdict}"`;
    const only = smokePrometheus({ ...SMOKE, pairs: SMOKE.pairs.slice(0, 1) });
    expect(samplesOf(only, 'cn2_fleet_smoke_paths')).toEqual({
      [labels('unexpectedly-reachable')]: 0,
      [labels('unreachable')]: 0,
      [labels('degraded')]: 0,
      [labels('inconclusive')]: 0,
      [labels('not-run')]: 0,
      [labels('ok')]: 1,
    });
    expect(of('paths')[labels('ok')]).toBe(3);
  });

  test('complete is what was measured and judged to its end', () => {
    const complete = (document: typeof SMOKE) => Object.values(samplesOf(smokePrometheus(document), 'cn2_fleet_smoke_complete'));
    expect(complete(SMOKE)).toEqual([0]);
    expect(complete({ ...SMOKE, pairs: SMOKE.pairs.slice(0, 1) })).toEqual([1]);
    expect(complete({ schemaVersion: 1, fleet: '', emulated: false, pairs: [], findings: FINDINGS })).toEqual([0]);
  });

  test('emulated, and what is left over', () => {
    expect([of('emulated'), of('leftovers')]).toEqual([{ 'fleet="guide"': 1 }, { 'fleet="guide"': 1 }]);
  });

  test('no name ends its label or its line', () => {
    const name = 'a\\b"} 1\n# TYPE x counter\r\u001b';
    const hostile = pair({ cluster: name, network: 'default' }, { cluster: 'b', network: 'default' }, 'ok');
    const [key] = Object.keys(samplesOf(smokePrometheus({ ...SMOKE, pairs: [hostile] }), 'cn2_fleet_smoke_packets_sent'));
    expect(key).toContain('source_cluster="a\\b"} 1\\n# TYPE x counter\\r\\u001b",source_network="default"');
  });
});

describe('drift as metrics', () => {
  const of = (document: DriftDocument, name: string, findings: Finding[] = []) =>
    samplesOf(driftPrometheus({ ...document, findings }), `cn2_fleet_${name}`);
  const on = (cluster: string, kind: string) => `fleet="guide",cluster="${cluster}",kind_of_drift="${kind}"`;

  test('changes by kind, zeros as well; none of a cluster that could not be judged', () => {
    const [first, second] = DRIFT.clusters;
    const counts = (kind: string) => first!.changes.filter(({ kindOfDrift }) => kindOfDrift === kind).length;
    expect(of(DRIFT, 'drift_changes')).toEqual(
      Object.fromEntries(['gone', 'conflict', 'changed', 'added'].map((kind) => [on('cluster1', kind), counts(kind)])),
    );
    expect(of(DRIFT, 'cluster_judged')).toEqual({ 'fleet="guide",cluster="cluster1"': 1, 'fleet="guide",cluster="cluster2"': 0 });
    const clean: DriftDocument = {
      ...DRIFT,
      clusters: [
        { ...first!, changes: [] },
        { ...second!, status: 'known' },
      ],
    };
    expect(Object.values(of(clean, 'drift_changes'))).toEqual(new Array(8).fill(0));
  });

  test('what waits for its apply is no drift', () => {
    const [first, ...others] = DRIFT.clusters;
    const waiting = first!.changes.map((change) => ({ ...change, awaitingApply: true as const }));
    const document: DriftDocument = { ...DRIFT, clusters: [{ ...first!, changes: waiting }, ...others] };
    expect(Object.values(of(document, 'drift_changes'))).toEqual([0, 0, 0, 0]);
    expect(of(document, 'drift_awaiting_apply')['fleet="guide",cluster="cluster1"']).toBe(waiting.length);
  });

  test('complete only where everything that may be there was seen', () => {
    const complete = (whole: boolean, findings: Finding[]) =>
      of({ ...DRIFT, complete: whole }, 'drift_complete', findings)['fleet="guide"'];
    const unseen: Finding = { rule: 'cluster', severity: 'warning', message: 'nobody looked', remedy: '' };
    expect([complete(true, []), complete(false, []), complete(true, [unseen])]).toEqual([1, 0, 0]);
  });

  test('findings by severity, and what nobody declared', () => {
    const removal: Finding = { rule: 'removal', severity: 'warning', message: 'carries the marks', remedy: '' };
    expect(of(DRIFT, 'drift_findings', [...FINDINGS, removal])).toEqual({
      'fleet="guide",severity="error"': 2,
      'fleet="guide",severity="warning"': 2,
      'fleet="guide",severity="info"': 1,
    });
    expect(of(DRIFT, 'drift_undeclared', [...FINDINGS, removal])).toEqual({ 'fleet="guide"': 1 });
    expect([of(DRIFT, 'drift_emulated'), of(DRIFT, 'drift_proposal_pending')]).toEqual([
      { 'fleet="guide"': 1 },
      { 'fleet="guide"': 1 },
    ]);
  });

  test('metrics of both commands can be in one folder: none has the name of another', () => {
    const names = (text: string) => [...readMetrics(text).types.keys()];
    const both = [...names(smokePrometheus(SMOKE)), ...names(driftPrometheus({ ...DRIFT, findings: [] }))];
    expect(new Set(both).size).toBe(both.length);
  });
});
