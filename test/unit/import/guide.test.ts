import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { GUIDE, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { imported, importWorld, plannedChanges } from '../../support/import-world.ts';
import { OWN_OBJECTS, OWN_WAYS, placeholders } from '../../support/three-clusters.ts';

describe('a declaration of what runs', () => {
  test('the guide, attached by hand: its plan adopts, and nothing is written to a cluster', async () => {
    const world = await importWorld(GUIDE);
    const { document, conditions, files, writes } = await imported(world);
    expect([conditions, document.remaining, writes]).toEqual([[], [], []]);
    const planned = await plannedChanges(world, files);
    expect(planned).toEqual({ adopted: document.adopted + document.notCompared, others: [], errors: [], complete: true });
  });

  test('three clusters in ways of their own', async () => {
    const world = await importWorld(OWN_WAYS, { more: OWN_OBJECTS, edit: placeholders });
    const { document, conditions, files, writes } = await imported(world);
    expect([conditions, document.remaining, writes]).toEqual([[], [], []]);
    const planned = await plannedChanges(world, files);
    expect(planned.others).toEqual([]);
    expect(planned).toEqual({ adopted: document.adopted + document.notCompared, others: [], errors: [], complete: true });
  });
});

test('a label that both networks of a connection have beside their own leaves it a connection', async () => {
  const edit = (object: KubernetesObject) =>
    object.kind === 'VirtualNetwork'
      ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, team: 'x' } } }
      : object;
  const { document } = await imported(await importWorld(GUIDE, { edit }));
  expect(document).toMatchObject({ counts: { connections: 1, extra: 0 }, remaining: [] });
});

test('an object with a key in clear is named and left out', async () => {
  const authData = { keyType: 'md5', keyItems: [{ keyID: 0, key: 'S3cretMd5' }] };
  const spine = {
    apiVersion: 'core.contrail.juniper.net/v1alpha1',
    kind: 'BGPRouter',
    metadata: { namespace: 'contrail', name: 'spine' },
    spec: { bgpRouterParameters: { routerType: 'router', address: '192.0.2.4', authData } },
  };
  const { document, files } = await imported(await importWorld(GUIDE, { more: { cluster1: [spine] } }));
  expect(document.findings).toMatchObject([
    { severity: 'warning', message: expect.stringContaining('BGPRouter contrail/spine on cluster1 is not taken over') },
  ]);
  expect(JSON.stringify(files)).not.toContain('S3cretMd5');
});

test('containers of others in the pods of CN2 say nothing of its release', async () => {
  const world = await importWorld(GUIDE);
  const central = world.cn2.clusters.get('cluster1')!;
  const controller = central.peek('Deployment', 'contrail-system', 'contrail-k8s-controller')!;
  const containers = [
    { name: 'contrail-k8s-controller', image: 'hub.juniper.net/cn2/contrail-k8s-controller:22.2.0.93' },
    { name: 'proxy', image: 'docker.io/library/proxy:v1.33.0' },
  ];
  central.put({ ...controller, spec: { ...(controller['spec'] as object), template: { spec: { containers } } } });
  const { document } = await imported(world);
  expect([document.release?.version, document.findings.filter(({ severity }) => severity === 'error')]).toEqual([
    '22.2.0.93',
    [],
  ]);
});

test('a cluster that pulls with a secret of its own names it', async () => {
  const { files } = await imported(await importWorld(THREE_CLUSTERS));
  expect(files['clusters.yaml']!.match(/PULL_SECRET_\w+/g)).toEqual(['PULL_SECRET_CLUSTER3']);
});
