import { describe, expect, test } from '@jest/globals';
import { CORE } from '../../../src/cn2/names.ts';
import type { Fleet } from '../../../src/model/fleet.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { Desired } from '../../../src/model/manifest.ts';
import { type KindsInUse, kindsLeft, kindsOfExtra, kindsText, parseKinds, unionOf } from '../../../src/plan/kinds-in-use.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { applied, liveCluster, liveState, namespaceObject, wanted } from '../../support/live-state.ts';

const fleet: Fleet = guideDeclaration().fleet!;
const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns1' } };
const BGP = { apiVersion: `${CORE}/v1alpha1`, kind: 'BGPRouter', metadata: { name: 'a', namespace: 'contrail' } };

function own(object: KubernetesObject): Desired {
  const desired = wanted(fleet, 'cluster1', '95-extra', object);
  return { ...desired, manifest: { ...desired.manifest, declaredAt: '/extra/0' } };
}

const used = (text: string): KindsInUse => {
  const kinds = parseKinds(text);
  if (kinds === undefined) throw new Error(`${text} cannot be read`);
  return kinds;
};

describe('the record', () => {
  test('is the same text for the same kinds, by cluster', () => {
    const kinds = kindsOfExtra([own(CONFIG), own(BGP), own(CONFIG)].map(({ manifest }) => manifest));
    const text = '{"cluster1":["/ConfigMap","core.contrail.juniper.net/BGPRouter"]}';
    expect(kindsText(kinds)).toBe(text);
    expect(kindsText(used(text))).toBe(text);
    expect(kindsText(unionOf(used('{"cluster2":["/Pod"]}'), unionOf(kinds, kinds)))).toBe(
      '{"cluster1":["/ConfigMap","core.contrail.juniper.net/BGPRouter"],"cluster2":["/Pod"]}',
    );
  });

  test('is absent for none, and of keys and the vendor’s folder there is nothing in it', () => {
    expect(kindsText(kindsOfExtra([wanted(fleet, 'cluster1', '80-networks', BGP).manifest]))).toBeUndefined();
  });

  test.each(['', '[]', '{"a":1}', '{"a":[1]}', '{"a":["ConfigMap"]}', '{"a":["../x/Y"]}', '{'])('%s cannot be read', (text) => {
    expect(parseKinds(text)).toBeUndefined();
  });

  test('never makes anybody read Secrets', () => {
    expect(kindsText(used('{"cluster1":["/Secret","/Namespace","/ConfigMap"]}'))).toBe('{"cluster1":["/ConfigMap"]}');
  });
});

describe('what may be left after a run', () => {
  const RECORDED = used('{"cluster1":["/ConfigMap"]}');

  function left(objects: KubernetesObject[], desired: Desired[], recorded = RECORDED, listed = true): string | undefined {
    const kinds = listed ? [{ apiVersion: 'v1', kind: 'ConfigMap' }] : [];
    const live = liveState(liveCluster('cluster1', 'central', [namespaceObject('ns1'), ...objects], kinds));
    const { plan } = makePlan({ fleet, index: 'i', desired, live, previews: [] });
    return kindsText(kindsLeft(recorded, { fleet, desired, live, plan }));
  }
  const ours = applied(own(CONFIG).object);

  test('is nothing where the run has deleted the last object, or there was none', () => {
    expect(left([ours], [])).toBeUndefined();
    expect(left([], [])).toBeUndefined();
    expect(left([CONFIG], [])).toBeUndefined();
  });

  test('is what is declared', () => {
    expect(left([ours], [own(CONFIG)])).toBe('{"cluster1":["/ConfigMap"]}');
  });

  test('is what was on its way out and may be held', () => {
    const leaving = { ...ours, metadata: { ...ours.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(left([leaving], [])).toBe('{"cluster1":["/ConfigMap"]}');
  });

  test('is what could not be seen', () => {
    expect(left([], [], RECORDED, false)).toBe('{"cluster1":["/ConfigMap"]}');
    expect(left([], [], used('{"cluster2":["/ConfigMap"]}'))).toBe('{"cluster2":["/ConfigMap"]}');
  });

  test('is nothing of clusters that are in the fleet no longer', () => {
    expect(left([], [], used('{"cluster9":["/ConfigMap"]}'))).toBeUndefined();
  });
});
