import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { driftDocument } from '../../src/drift/classify.ts';
import { neutralise } from '../../src/report/github/neutralise.ts';
import { smokeJunit } from '../../src/report/junit/smoke.ts';
import { driftPrometheus } from '../../src/report/prometheus/drift.ts';
import { smokePrometheus } from '../../src/report/prometheus/smoke.ts';
import { hostileFindings, hostilePlan, hostileSmoke } from '../support/hostile-documents.ts';
import { elementsOf, junitFaults, readXml } from '../support/junit-report.ts';
import { readMetrics } from '../support/prometheus-text.ts';

/** As they leave in a job, where a line may begin with no command of the runner. */
test('JUnit XML is well-formed and counts right, whatever names and reasons are', () => {
  fc.assert(
    fc.property(hostileSmoke, (document) => {
      const root = readXml(neutralise(smokeJunit(document)));
      expect(junitFaults(root)).toEqual([]);
      expect(elementsOf(root, 'testcase')).toHaveLength(document.pairs.length + (document.findings === undefined ? 0 : 1));
    }),
    { numRuns: 300 },
  );
});

test('metrics of a smoke test are whole lines of the format, as many as there are paths', () => {
  fc.assert(
    fc.property(hostileSmoke, (document) => {
      const keys = [...readMetrics(neutralise(smokePrometheus(document))).samples.keys()];
      expect(keys.filter((key) => key.startsWith('cn2_fleet_smoke_path_ok{'))).toHaveLength(document.pairs.length);
    }),
    { numRuns: 300 },
  );
});

test('metrics of drift are whole lines of the format, and say of each cluster whether it was judged', () => {
  fc.assert(
    fc.property(hostilePlan, hostileFindings, fc.boolean(), ({ plan }, findings, proposalPending) => {
      const text = driftPrometheus({ ...driftDocument({ plan, proposalPending }), findings });
      const keys = [...readMetrics(text).samples.keys()];
      expect(keys.filter((key) => key.startsWith('cn2_fleet_cluster_judged{'))).toHaveLength(plan.clusters.length);
    }),
    { numRuns: 200 },
  );
});
