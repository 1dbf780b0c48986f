import { describe, expect, test } from '@jest/globals';
import { applyPage } from '../../../src/page/apply-page.ts';
import { driftPage } from '../../../src/page/drift-page.ts';
import type { PageData } from '../../../src/page/page-data.ts';
import { planPage } from '../../../src/page/plan-page.ts';
import { smokePage } from '../../../src/page/smoke-page.ts';
import { wideFleet, widePlan, wideSmoke } from '../../support/page-documents.ts';
import { APPLY, change, DRIFT, FINDINGS, PLAN, SMOKE } from '../../support/report-documents.ts';

const VERSION = '0.1.0';
const FLEET = wideFleet(2, 3);

const network = ({ topology }: PageData, cluster: string, name: string) =>
  topology?.clusters
    .find((each) => each.name === cluster)
    ?.namespaces.flatMap(({ networks }) => networks)
    .find((each) => each.network === name);

describe('the page of a smoke test', () => {
  test('says what the other reports say, with the evidence of every path', () => {
    const page = smokePage(wideSmoke(FLEET), FLEET, VERSION);
    expect(page.title).toBe('Smoke test of guide');
    expect(page.verdict).toEqual({ tone: 'bad', sentence: '32 paths, 4 not as declared, 5 not judged' });
    expect(page.emulated).toMatch(/^emulated CN2/);
    expect(page.smoke?.pairs).toEqual(wideSmoke(FLEET).pairs);
    expect(page.smoke?.diagnoses).toHaveLength(2);
    expect(page.smoke?.changed).toMatch(/^Since run 1a2b3c4d of 2026-11-24T08:00:00Z: 2 newly broken, 1 slower/);
    expect(page.notes.at(-1)?.lines).toEqual(['cluster1 was measured by logs, without exec: exec is forbidden']);
  });

  test('is good only where everything was judged, and good', () => {
    const ok = SMOKE.pairs.filter(({ verdict }) => verdict === 'ok');
    const unjudged = SMOKE.pairs.filter(({ verdict }) => verdict === 'ok' || verdict === 'not-run');
    const tone = (pairs: typeof ok) => smokePage({ ...SMOKE, pairs }, undefined, VERSION).verdict.tone;
    expect([tone(ok), tone(unjudged), tone([]), tone(SMOKE.pairs)]).toEqual(['good', 'unknown', 'unknown', 'bad']);
    const { verdict, findings } = smokePage({ ...SMOKE, pairs: [], findings: FINDINGS }, undefined, VERSION);
    expect([verdict.tone, findings]).toEqual(['bad', FINDINGS]);
  });

  test('names what could not be removed', () => {
    expect(smokePage(SMOKE, FLEET, VERSION).notes).toEqual([
      { tone: 'warn', title: 'Could not be removed', lines: ['cluster2/Pod/ns1/probe-x'] },
    ]);
  });

  test('draws the fleet, else what the paths name', () => {
    const drawn = smokePage(wideSmoke(FLEET), FLEET, VERSION);
    expect(network(drawn, 'cluster2', 'ns2/vn1')).toEqual({
      network: 'ns2/vn1',
      title: 'vn1',
      subnets: ['10.1.1.0/24'],
      mark: 'same',
    });
    expect(network(drawn, 'cluster1', 'default')?.title).toBe('default pod network');
    expect(drawn.topology?.connections.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'app1 mesh',
      'shared-services hub-spoke',
    ]);
    const alone = smokePage(SMOKE, undefined, VERSION);
    expect(network(alone, 'cluster2', 'ns1/vn3')?.title).toBe('vn3');
    expect(alone.topology?.connections).toEqual([]);
  });
});

describe('the page of a plan', () => {
  const page = planPage({ plan: widePlan(), findings: FINDINGS, fleet: FLEET }, VERSION);

  test('deletes come first, and what interrupts says so', () => {
    const [first] = page.changes!.clusters;
    expect(first?.groups.map(({ heading }) => heading).slice(0, 3)).toEqual([
      'deletes, carried out last',
      'cannot be changed in place: refused',
      '90-routers',
    ]);
    expect(first?.groups[2]?.changes[0]).toMatchObject({
      sign: '~',
      word: 'update',
      interrupts: 'Interrupts: traffic between networks is cut or moved',
      fields: [{ path: '/spec/import/virtualNetworkRouters', before: '[]', after: '[{"vnr":"vnr1"}]' }],
    });
    expect(page.notes.map(({ title }) => title)).toContain('1 disruptive change');
  });

  test('grants, conflicts and what is not known are told', () => {
    const text = JSON.stringify(page);
    expect(text).toContain('given to: ServiceAccount contrail-deploy/contrail-deploy');
    expect(text).toContain('kubectl-edit owns this field');
    expect(page.changes?.clusters[1]).toMatchObject({ tone: 'unknown', state: 'unknown: cluster2: connection refused' });
    expect(page.verdict.tone).toBe('bad');
  });

  test('the drawing marks what is created and what changes', () => {
    expect(network(page, 'cluster1', 'ns2/vn1')?.mark).toBe('created');
    expect(page.topology?.clusters[1]).toMatchObject({ mark: 'created', unknown: 'cluster2: connection refused' });
    expect(page.topology?.connections.map(({ mark }) => mark)).toEqual(['same', 'changed']);
    expect(page.topology?.legend?.created).toBe('is created');
  });

  test('nothing to do is good, something is not', () => {
    const clean = {
      ...PLAN,
      complete: true,
      clusters: PLAN.clusters.map((each) => ({ ...each, status: 'known' as const, changes: [] })),
    };
    const tone = (plan: typeof PLAN) => planPage({ plan, findings: [] }, VERSION).verdict.tone;
    const some = { ...clean, clusters: [{ ...clean.clusters[0]!, changes: [change()] }] };
    expect([tone(clean), tone(some), tone({ ...some, complete: false })]).toEqual(['good', 'warn', 'unknown']);
  });

  test('a detach stands before everything else', () => {
    const view = { cluster: 'cluster2', unreachable: false, namespaces: ['ns1'], kept: [], networks: [], pods: 3 };
    const [first] = planPage({ plan: { ...PLAN, detaches: [view] }, findings: [] }, VERSION).notes;
    expect(first).toMatchObject({ tone: 'bad', title: expect.stringMatching(/^Detach: cluster2 leaves the fleet/) });
  });
});

describe('the page of drift', () => {
  const page = driftPage({ ...DRIFT, findings: FINDINGS }, FLEET, VERSION);

  test('tells what has moved by who moved it, live beside approved', () => {
    expect(page.title).toBe('Drift of guide');
    expect(page.changes?.columns).toEqual({ before: 'live', after: 'approved' });
    const [first, second] = page.changes!.clusters;
    expect(first?.groups[0]?.heading).toBe('by kubectl-edit (Update)');
    expect(first?.groups[0]?.changes[0]?.notes).toContain('written last at 2026-11-24T08:00:00Z');
    expect(second?.state).toBe('not judged: cluster2: connection refused');
  });

  test('what a plan would create is gone, and drawn so; nothing is said of approving', () => {
    expect(page.topology?.legend?.deleted).toBe('is gone');
    expect(page.topology?.clusters[1]?.mark).toBe('deleted');
    expect(JSON.stringify(page.changes)).not.toContain('approving');
    expect(page.verdict.tone).toBe('bad');
  });
});

describe('the page of an apply', () => {
  test('is as bad as the worse of the apply and its smoke test', () => {
    const tone = (part: Partial<typeof APPLY>) => applyPage({ ...APPLY, ...part, findings: [] }, FLEET, VERSION).verdict.tone;
    const ok = { ...SMOKE, pairs: SMOKE.pairs.filter(({ verdict }) => verdict === 'ok') };
    expect([tone({ outcome: 'done', smoke: ok }), tone({ outcome: 'done' }), tone({ smoke: ok })]).toEqual([
      'good',
      'bad',
      'bad',
    ]);
  });

  test('says why it failed', () => {
    const page = applyPage({ ...APPLY, findings: [] }, FLEET, VERSION);
    expect(page.verdict.sentence).toMatch(/^failed, and nothing was put back; smoke test: 8 paths/);
    expect(JSON.stringify(page.notes)).toContain('cluster1 40-kubemanager gate: Deployment is not Available');
    expect(page.smoke?.pairs).toEqual(SMOKE.pairs);
  });

  test('without a smoke test the fleet is drawn all the same', () => {
    const { smoke: _, ...alone } = APPLY;
    const page = applyPage({ ...alone, findings: [] }, FLEET, VERSION);
    expect([page.smoke, page.topology?.clusters.length]).toEqual([undefined, 2]);
  });
});
