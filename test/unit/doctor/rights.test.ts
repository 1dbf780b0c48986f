import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { rightsChecks } from '../../../src/doctor/judge-rights.ts';
import { neededRights, type Right, rightKey, rightWords } from '../../../src/doctor/rights.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { guideDesired } from '../../support/planning.ts';

const { fleet, desired } = guideDesired();
const manifests = desired.map(({ manifest }) => manifest);
const needed = (cluster: string, more: readonly Manifest[] = []) =>
  neededRights(fleet, cluster, { manifests: [...manifests, ...more], resources: [] });

describe('what runs need', () => {
  test.each(['central', 'distributed'] as const)('is what deploy/%s gives, each right once', (side) => {
    const rights = needed(side === 'central' ? 'cluster1' : 'cluster2');
    for (const [to, file] of Object.entries({ plan: 'plan', preview: 'plan-dry-run', smoke: 'smoke' }) as ['plan', string][]) {
      const text = readFileSync(join(import.meta.dirname, `../../../deploy/${side}/${file}.yaml`), 'utf8');
      const rules = parseAllDocuments(text).flatMap((document) => (document.toJS() as { rules?: Rule[] }).rules ?? []);
      const given = rules.flatMap(({ apiGroups, resources, verbs, resourceNames = [''] }) =>
        apiGroups.flatMap((group) =>
          resources.flatMap((resource) =>
            verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${group} ${resource} ${name}`)),
          ),
        ),
      );
      const asked = rights[to].map(
        ({ verb, group, resource, subresource, name = '' }) =>
          `${verb} ${group} ${resource}${subresource === undefined ? '' : `/${subresource}`} ${name}`,
      );
      // 22.2 has no certificates, and a run does without what is in ConfigMaps.
      const expected = given.filter((line) => !/contrailcertificatemanagers|kubeadm-config|cn2-fleet-smoke-matrix/.test(line));
      expect(asked.sort()).toEqual([...new Set(expected)].sort());
    }
    for (const all of Object.values(rights)) expect(new Set(all.map(rightKey)).size).toBe(all.length);
    // An apply plans again.
    expect(rights.apply.map(rightKey)).toEqual(expect.arrayContaining(rights.plan.map(rightKey)));
  });

  test('and those to objects of the user’s own', () => {
    const object = {
      apiVersion: 'core.contrail.juniper.net/v1alpha1',
      kind: 'BGPRouter',
      metadata: { name: 'r', namespace: 'n' },
    };
    const extra = { ...manifests[0]!, cluster: 'cluster1', object, declaredAt: '/extra/0' } as Manifest;
    const more = (to: 'plan' | 'preview' | 'apply') =>
      rightWords(needed('cluster1', [extra])[to].filter(({ resource }) => resource === 'bgprouters'));
    expect(more('plan')).toEqual(['get, list bgprouters.core.contrail.juniper.net']);
    expect(more('preview')).toEqual([]);
    expect(more('apply')).toEqual(['get, list, create, update, patch, delete, watch bgprouters.core.contrail.juniper.net']);
  });
});

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
  resourceNames?: string[];
}

describe('what is said of them', () => {
  const rights = needed('cluster1');
  const judge = (missing: readonly Right[], smoke = true) =>
    rightsChecks({ cluster: 'cluster1', role: 'central', needed: rights, answer: { missing }, smoke, environment: 'guide' }).map(
      ({ state, seen }) => [state, seen.split(':')[0]],
    );
  const only = (to: 'plan' | 'apply', resource: string) => rights[to].filter((right) => right.resource === resource);

  test('all is there', () => {
    expect(judge([])).toEqual([['ok', 'may plan, apply and run the smoke test']]);
    expect(judge([], false)).toEqual([['ok', 'may plan and apply']]);
  });

  test('an identity that reads is one for plans, and not a fault', () => {
    const held = new Set([...rights.plan, ...rights.preview].map(rightKey));
    const missing = [...rights.apply, ...rights.smoke].filter((right) => !held.has(rightKey(right)));
    expect(judge(missing)).toEqual([
      ['remark', 'may plan and not apply'],
      ['remark', 'may not run the smoke test'],
    ]);
    expect(judge([...missing, ...rights.preview])[0]).toEqual(['remark', 'may not try writes, so changes are not previewed']);
  });

  test('by exec or by logs: one of them is enough for the smoke test', () => {
    const of = (subresource: string) => rights.smoke.filter((right) => right.subresource === subresource);
    expect(of('exec').length + of('log').length).toBeGreaterThan(2);
    const atOnce = rights.smoke.filter(({ verb }) => verb === 'deletecollection');
    expect(atOnce).toHaveLength(1);
    expect(judge(atOnce)).toEqual([['ok', 'may plan, apply and run the smoke test']]);
    for (const one of ['exec', 'log']) expect(judge(of(one))).toEqual([['ok', 'may plan, apply and run the smoke test']]);
    expect(judge([...of('exec'), ...of('log')])).toEqual([['remark', 'may not run the smoke test']]);
  });

  test('one that may write nearly all lacks something', () => {
    const missing = only('apply', 'leases').filter(({ verb }) => verb === 'create');
    const [first] = rightsChecks({
      cluster: 'cluster1',
      role: 'central',
      needed: rights,
      answer: { missing },
      smoke: false,
      environment: 'guide',
    });
    expect(first).toMatchObject({ state: 'to-do', missing: ['create leases.coordination.k8s.io in contrail'] });
  });

  test('what a plan cannot read is said once, and not again of the apply', () => {
    const missing = only('plan', 'kubemanagers');
    expect(judge(missing, false)).toEqual([['to-do', 'may not read all that a plan needs']]);
  });

  test('nobody was asked, or the server does not tell', () => {
    const facts = { cluster: 'cluster1', role: 'central', needed: rights, smoke: false, environment: 'guide' } as const;
    expect(rightsChecks(facts)[0]?.state).toBe('unknown');
    const problem = { cause: 'timeout', message: 'cluster1: no answer' } as const;
    expect(rightsChecks({ ...facts, answer: { problem } })[0]).toMatchObject({
      state: 'unknown',
      seen: 'the server does not tell: no answer',
    });
  });
});
