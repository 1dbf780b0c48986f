import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DOCUMENT_SCHEMAS, documentJsonSchema } from '../../../tools/document-schemas.ts';
import { REHEARSAL } from '../../support/rehearsal-document.ts';
import { APPLY, DRIFT, FINDINGS, PLAN, SMOKE } from '../../support/report-documents.ts';

const file = (name: string) => JSON.parse(readFileSync(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8'));
const { emulated: _, ...plan } = PLAN;
const approved = { ...plan, clusters: plan.clusters.map(({ name, role, changes }) => ({ name, role, changes })) };
const documents: Record<string, object> = {
  findings: { schemaVersion: 1, findings: FINDINGS },
  render: { schemaVersion: 1, check: true, created: ['a'], updated: [], removed: [], unchanged: 3, findings: FINDINGS },
  plan: { ...PLAN, findings: FINDINGS },
  'approved-plan': approved,
  propose: {
    ...PLAN,
    findings: FINDINGS,
    proposal: { operation: 'created', branch: 'cn2-fleet/guide', number: 7, url: 'https://…/7', headSha: 'a1', title: 'Attach' },
  },
  apply: { ...APPLY, findings: FINDINGS },
  smoke: SMOKE,
  diagnose: {
    ...{ schemaVersion: 1, fleet: 'guide', emulated: true, evidence: { from: 'none', reason: 'nothing was kept' } },
    paths: SMOKE.pairs.map(({ source, target, family, expected, verdict, reason }) => ({
      ...{ source, target, family, expected, state: 'unknown', outdated: 'Subnet ns1/s was changed' },
      last: { verdict, reason, at: '2026-11-24T08:00:00Z' },
    })),
    diagnoses: [{ rung: 'mtu', severity: 'warning', cause: 'packets of more than 1300 bytes do not pass', paths: [] }],
    findings: FINDINGS,
  },
  drift: { ...DRIFT, findings: FINDINGS },
  rehearse: REHEARSAL,
  explain: { schemaVersion: 1, asked: 'E1', found: [{ topic: 'E1', page: 'docs/rules.md#e1', text: 'a' }], nearest: [] },
  import: {
    schemaVersion: 1,
    declaration: 'clusters.yaml',
    written: ['clusters.yaml'],
    release: { version: '22.2.0.93', images: { 'contrail-k8s-kubemanager': '22.2.0.100' } },
    manifests: { folder: 'cn2/22.2', own: [{ cluster: 'cluster3', folder: 'cn2/edge' }], differs: [] },
    clusters: [{ name: 'cluster1', role: 'central', status: 'known', uid: 'u' }],
    counts: { namespaces: 1, networks: 1, connections: 0, extra: 0, patches: 0 },
    adopted: 7,
    notCompared: 2,
    remaining: [{ cluster: 'cluster2', action: 'create', kind: 'Vrouter', namespace: 'contrail', name: 'v', fields: ['/spec'] }],
    findings: FINDINGS,
    next: ['Run cn2-fleet plan.'],
  },
  init: {
    schemaVersion: 1,
    declaration: 'clusters.yaml',
    written: ['clusters.yaml'],
    unchanged: [],
    adapted: [],
    completed: [{ path: 'b', added: ['KUBECONFIG_CLUSTER1'] }],
    differing: [{ path: 'a', lacks: ['KUBECONFIG_CLUSTER1'] }],
    updated: ['b'],
    removed: ['c'],
    diffs: [{ path: 'a', diff: '@@ -1,1 +1,1 @@\n-a\n+b\n' }],
    credentials: [{ name: 'KUBECONFIG_CLUSTER1', secret: 'KUBECONFIG_CLUSTER1', for: ['kubeconfig of cluster1'] }],
    next: [{ about: 'first-plan', what: 'Commit and push.', notes: ['The plan comments.'], commands: ['git push'] }],
  },
  doctor: {
    schemaVersion: 1,
    declaration: 'clusters.yaml',
    fleet: 'guide',
    emulated: true,
    checks: [
      { area: 'declaration', subject: 'clusters.yaml', state: 'ok', seen: 'valid' },
      {
        ...{ area: 'rights', subject: 'cluster2', state: 'to-do', seen: 'lacks 1 right', cluster: 'cluster2' },
        ...{ missing: ['list pods'], remedy: 'Apply deploy/.', command: 'kubectl apply -f deploy' },
      },
    ],
  },
};

describe.each(Object.keys(DOCUMENT_SCHEMAS))('schema/%s.schema.json', (name) => {
  const validate = new Ajv2020({ allErrors: true }).compile(file(name));

  test('is what the code generates (node tools/generate-schemas.ts)', () => {
    expect(file(name)).toEqual(JSON.parse(JSON.stringify(documentJsonSchema(DOCUMENT_SCHEMAS[name]!))));
  });

  test('fits a real document, and one with a further field', () => {
    validate(documents[name]);
    expect(validate.errors).toBeNull();
    expect(validate({ ...documents[name], later: 1 })).toBe(true);
  });

  test('refuses a document without any of its required fields, and another version', () => {
    for (const key of file(name).required as string[]) {
      const { [key]: gone, ...rest } = documents[name] as Record<string, unknown>;
      expect([key, gone === undefined, validate(rest)]).toEqual([key, false, false]);
    }
    expect(validate({ ...documents[name], schemaVersion: 2 })).toBe(false);
  });
});

test('words are closed sets', () => {
  const ajv = new Ajv2020();
  const smoke = ajv.compile(file('smoke'));
  expect(smoke({ ...SMOKE, pairs: [{ ...SMOKE.pairs[0], verdict: 'fine' }] })).toBe(false);
  const plans = ajv.compile(file('plan'));
  const [first] = PLAN.clusters;
  expect(plans({ ...documents['plan'], clusters: [{ ...first, changes: [{ ...first!.changes[0], action: 'guess' }] }] })).toBe(
    false,
  );
  expect(plans({ ...documents['plan'], clusters: [{ ...first, changes: [{ ...first!.changes[0], stage: '99-later' }] }] })).toBe(
    false,
  );
});
