import { describe, expect, test } from '@jest/globals';
import type { Endpoint } from '../../../src/model/smoke.ts';
import { PLAIN, type Style } from '../../../src/model/style.ts';
import { ADMISSION } from '../../../src/plan/rewritten.ts';
import { applyMarkdown } from '../../../src/report/markdown/apply.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { smokeMarkdown } from '../../../src/report/markdown/smoke.ts';
import { applyText } from '../../../src/report/text/apply.ts';
import { findingsText } from '../../../src/report/text/findings.ts';
import { planText } from '../../../src/report/text/plan.ts';
import { renderText } from '../../../src/report/text/render.ts';
import { smokeText } from '../../../src/report/text/smoke.ts';
import { markdownFaults } from '../../support/github-markdown.ts';
import { APPLY, change, FINDINGS, PLAN, pair, SMOKE } from '../../support/report-documents.ts';

/** Marks instead of colours, so that a test sees where they are. */
const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
const TAGS: Style = { bold: tag('b'), dim: tag('d'), red: tag('r'), green: tag('g'), yellow: tag('y'), cyan: tag('c') };

describe('findings', () => {
  test('compiler form, ordered by place, hint and other places below', () => {
    expect(findingsText({ schemaVersion: 1, findings: FINDINGS }, PLAIN)).toBe(`clusters.yaml:3:9 warning yaml11 yes is a boolean
  hint: quote it
clusters.yaml:27:18 error E1 pod subnet 10.233.128.0/17 of cluster2 overlaps the one of cluster1
  hint: 10.234.128.0/17 is free
  clusters.yaml:12:17 the other one
cluster2 error cluster cluster2 does not answer
  hint: check the address
info E30 a note

2 errors, 1 warning, 1 note
`);
  });

  test('nothing found', () => {
    expect(findingsText({ schemaVersion: 1, findings: [] }, PLAIN)).toBe('no findings\n');
  });

  test('colours come only through the style', () => {
    expect(findingsText({ schemaVersion: 1, findings: FINDINGS.slice(0, 1) }, TAGS)).toContain('<r>error</r> E1');
  });
});

describe('plan', () => {
  test('per cluster, deletes first, fields before and after, conflict with owner and both remedies', () => {
    expect(
      planText(PLAN, [], PLAIN),
    ).toBe(`cluster1 (central) 1 to delete, 1 to replace, 1 to create, 1 to update, 1 to adopt, pods to restart
  last of all, 80-networks
    - delete Subnet ns1/gone
  70-namespaces
    ± replace Namespace ns5  (cannot be changed in place: refused)
        /spec/clusterName: "a" → "b"
  40-kubemanager
    + create Kubemanager contrail/kubemanager-cluster2  (for cluster2, not previewed)
  70-namespaces
    ~ update Namespace ns1
        /metadata/labels/ns: "old" → "ns1"
        ! kubectl-edit owns this field: approving the plan takes it over; to leave it, stop declaring it or give it up in kubectl-edit
        /spec/listenerPort: 19446 → 19447
    = adopt Namespace ns4
        /metadata/labels/app.kubernetes.io~1managed-by: absent → "cn2-fleet"
  60-restart
    ↻ restart Pods older than CN2

cluster2 (distributed) unknown: cluster2: connection refused

Plan for guide: 1 to delete, 1 to replace, 1 to create, 1 to update, 1 to adopt, pods to restart; 1 field in conflict; 1 not previewed; cluster2 unknown.
Not complete: what could not be read is neither clean nor a reason to delete.
not previewed: what it needs does not exist yet, or cannot be tried; it is checked when its turn comes
sha256:abc
emulated CN2: the lab stands in for the vendor’s control and data plane
`);
  });

  test('an empty and complete plan says so, an empty and incomplete one does not', () => {
    const clean = {
      ...PLAN,
      complete: true,
      clusters: PLAN.clusters.map((entry) => ({ ...entry, status: 'known' as const, changes: [] })),
    };
    expect(planText(clean, [], PLAIN)).toContain('no changes, every cluster is as declared.');
    const unknown = { ...PLAN, clusters: PLAN.clusters.map((entry) => ({ ...entry, changes: [] })) };
    expect(planText(unknown, [], PLAIN)).not.toContain('as declared');
  });

  test('whose record an adoption takes fields out of, and what an admission rewrites', () => {
    const adopted = change({ action: 'adopt', takes: [{ manager: 'kubectl-create', fields: ['/spec/a', '/spec/b'] }] });
    const fields = [{ path: '/spec/a', before: 2, after: 1, conflictsWith: ADMISSION }];
    const plan = { ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: [adopted, change({ action: 'update', fields })] }] };
    const text = planText(plan, [], PLAIN);
    expect(text).toContain('= adopt Namespace ns1  (takes over 2 fields from kubectl-create, which set the same)\n');
    expect(text).toContain('! an admission webhook of the cluster rewrites this field on every write: declare what it writes');
    const hostile = change({ action: 'adopt', takes: [{ manager: '`@all <b>', fields: ['/spec/a'] }] });
    const markdown = planMarkdown({ ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: [hostile] }] }, []);
    expect(markdown).toContain('takes over 1 field from');
    expect(markdownFaults(markdown)).toEqual([]);
  });

  test('findings come first', () => {
    expect(planText(PLAN, FINDINGS, PLAIN).startsWith('clusters.yaml:3:9 warning')).toBe(true);
  });

  test('control characters of hostile names and values neither recolour nor move anything', () => {
    const hostile = change({
      action: 'update',
      name: 'x\u001b[2Jy',
      fields: [{ path: '/a', before: '\u202eabc', after: 'a\nb' }],
    });
    const text = planText({ ...PLAN, clusters: [{ ...PLAN.clusters[0]!, changes: [hostile] }] }, [], PLAIN);
    expect(text).toContain('x\\u001b[2Jy');
    for (const unsafe of ['\u001b', '\u202e']) expect(text).not.toContain(unsafe);
    expect(text).toContain('"\\u202eabc" → "a\\nb"');
  });
});

describe('smoke', () => {
  test('a matrix per kind and family, then each pair that is not as declared, with why', () => {
    expect(smokeText(SMOKE, PLAIN)).toBe(`default pod networks, IPv4, median round trip
  from \\ to  cluster1  cluster2
  cluster1   –         0.21 ms
  cluster2   ?         –

virtual networks, IPv4, median round trip
  from \\ to         cluster1 ns1/vn1  cluster2 ns1/vn2  cluster2 ns1/vn3
  cluster1 ns1/vn1  –                 0.21 ms           blocked
  cluster2 ns1/vn2  40 % loss         –                 100 % loss
  cluster2 ns1/vn3  reachable!        ?                 –

unexpectedly-reachable cluster2 ns1/vn3 → cluster1 ns1/vn1 IPv4 5/5 replies: why unexpectedly-reachable
unreachable cluster2 ns1/vn2 → cluster2 ns1/vn3 IPv4 0/5 replies: why unreachable
degraded cluster2 ns1/vn2 → cluster1 ns1/vn1 IPv4 3/5 replies: 40 % loss
inconclusive cluster2 → cluster1 IPv4: why inconclusive
not-run cluster2 ns1/vn3 → cluster2 ns1/vn2 IPv4: image cannot be pulled

could not be removed:
  cluster2/Pod/ns1/probe-x

Smoke test of guide: 8 paths, 3 not as declared, 2 not judged.
emulated CN2: the lab stands in for the vendor’s control and data plane
`);
  });

  test('colour does not shift columns', () => {
    const means = [
      { cluster: 'cluster1', means: 'exec' as const, echo: 'ping-socket' as const },
      {
        cluster: 'cluster2',
        means: 'logs' as const,
        echo: 'ping-socket' as const,
        reason: 'the credential may not get pods/exec',
      },
    ];
    const line = 'cluster2 was measured by logs, without exec: the credential may not get pods/exec';
    expect(smokeText({ ...SMOKE, means }, PLAIN)).toContain(`\n\n${line}\n\n`);
    expect(smokeMarkdown({ ...SMOKE, means })).toContain(`\n- ${line}\n`);
    const plain = smokeText(SMOKE, PLAIN);
    expect(smokeText(SMOKE, TAGS).replace(/<\/?[a-z]>/g, '')).toBe(plain);
  });

  test('of what nothing is expected, the reason is named once, and the sentence does not call it as declared', () => {
    const [one, other] = SMOKE.pairs.slice(2, 4).map(({ source }) => source) as [Endpoint, Endpoint];
    const open = { expected: 'unspecified', reason: 'not judged: why' } as const;
    const document = {
      ...SMOKE,
      leftovers: [],
      emulated: false,
      pairs: [
        SMOKE.pairs[0]!,
        pair(one, other, 'ok', { ...open, received: 0, reason: `no reply; ${open.reason}` }),
        pair(other, one, 'ok', { ...open, reason: `replies; ${open.reason}` }),
      ],
    };
    const text = smokeText(document, PLAIN);
    expect(text).toContain('silent');
    expect(text.match(/^2 paths not judged: why$/gm)).toHaveLength(1);
    expect(text).toContain('Smoke test of guide: 3 paths, 1 as declared, 2 with nothing expected.');
    const markdown = smokeMarkdown(document);
    expect(markdown.match(/^- 2 paths not judged: why$/gm)).toHaveLength(1);
    expect(markdown).toMatch(/\| silent \s*\|/);
    const wrong = { ...document, pairs: [...document.pairs, pair(one, other, 'unreachable')] };
    expect(smokeText(wrong, PLAIN)).toContain('4 paths, 1 not as declared, 2 with nothing expected.');
  });

  test('more than 12 endpoints are rolled up per pair of clusters', () => {
    const ends = Array.from({ length: 14 }, (_, at) => ({ cluster: `c${at % 2}`, network: `ns/n${at}` }));
    const pairs = ends.flatMap((from) => ends.filter((to) => to !== from).map((to) => pair(from, to, 'ok')));
    const text = smokeText({ ...SMOKE, leftovers: [], pairs }, PLAIN);
    expect(text).toContain('14 endpoints, per cluster below');
    expect(text).toMatch(/c0 {2}→ {2}c1 {2}49 as declared {2}0 wrong {2}0 not judged/);
    expect(text).toContain('182 paths, all as declared');
  });
});

describe('apply and render', () => {
  test('steps, outcome, reason, then the smoke test', () => {
    const text = applyText(APPLY, PLAIN);
    expect(text).toContain(
      'cluster1  40-kubemanager  1 created, gate failed 900.0 s\nfailed cluster1 40-kubemanager gate: Deployment is not Available',
    );
    expect(text).toContain(
      'Apply of guide: failed, and nothing was put back.\ngate of 40-kubemanager timed out\n\ndefault pod networks',
    );
    expect(applyText({ schemaVersion: 1, fleet: 'guide', outcome: 'nothing', steps: [] }, PLAIN)).toBe(
      'Apply of guide: nothing to do.\n',
    );
  });

  test('a reason of several lines stays so; what is in it cannot pass for a line of the report', () => {
    const stopped = {
      ...APPLY,
      fleet: '',
      outcome: 'stopped' as const,
      steps: [],
      reason: 'no longer:\n  a: b\nApply of x: done.\r',
    };
    const { smoke: _, emulated: __, ...document } = stopped;
    expect(applyText(document, PLAIN)).toBe(
      'Apply: not started, nothing was written.\nno longer:\n  a: b\n  Apply of x: done.\n',
    );
    expect(applyMarkdown(document)).toContain('no longer:\n- a: b\n- Apply of x: done.');
  });

  test('files that are written, or would be', () => {
    const base = { schemaVersion: 1 as const, created: ['a'], updated: ['b'], removed: ['c'], unchanged: 3, findings: [] };
    expect(renderText({ ...base, check: false }, PLAIN)).toBe(
      '- c\n+ a\n~ b\n\nRendered: 1 created, 1 updated, 1 removed, 3 files unchanged.\n',
    );
    expect(renderText({ ...base, check: true }, PLAIN)).toContain('Nothing was written. It would be: 1 created');
    expect(renderText({ ...base, created: [], updated: [], removed: [], check: true }, PLAIN)).toBe(
      'Nothing to write, 3 files unchanged.\n',
    );
  });
});
