import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import { ALL_SERVED, LIMITS, type Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { AGGREGATED_MAPS, startAggregatedMaps } from '../support/aggregated.ts';
import { clusterContract } from '../support/cluster-contract.ts';

let server: AggregatedApiServer | undefined;

beforeAll(async () => {
  server = await startAggregatedMaps({ name: 'contract' });
}, 120_000);

afterAll(async () => {
  await server?.stop();
});

describe.each<[string, Partial<Switches>]>([['everything served', {}], ...LIMITS])('an aggregated API with %s', (_, switches) => {
  let beneath: Cluster | undefined;
  let cluster: Cluster | undefined;

  beforeAll(async () => {
    server?.set({ ...ALL_SERVED, ...switches });
    // What it can do is read once.
    beneath = await kubernetesConnector().connect('contract', server?.kubeconfig ?? '');
    cluster = new ClientSideCluster(beneath);
  });

  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  test('entries of a list that are owned one by one are told apart by what the API describes', async () => {
    const at = { resource: AGGREGATED_MAPS, namespace: 'default', name: 'entries' };
    const wanted = (...names: string[]) => ({
      apiVersion: `${AGGREGATED_MAPS.group}/${AGGREGATED_MAPS.version}`,
      kind: AGGREGATED_MAPS.kind,
      metadata: { namespace: at.namespace, name: at.name },
      entries: names.map((name) => ({ name, value: 'ours' })),
    });
    await cluster?.apply(AGGREGATED_MAPS, wanted('a', 'b'));
    const live = (await beneath?.get(at)) as KubernetesObject;
    const entries = [...(live['entries'] as object[]), { name: 'theirs' }];
    await beneath?.update(AGGREGATED_MAPS, { ...live, entries }, { fieldManager: 'somebody' });
    const { uid, resourceVersion } = ((await cluster!.get(at)) as KubernetesObject).metadata;
    const next = wanted('b', 'c');
    const place = { uid: uid ?? '', resourceVersion: resourceVersion ?? '' };
    const stored = await cluster!.apply(AGGREGATED_MAPS, { ...next, metadata: { ...next.metadata, ...place } });
    expect((stored['entries'] as { name: string }[]).map(({ name }) => name).sort()).toEqual(['b', 'c', 'theirs']);
    await cluster?.delete(at);
  });

  clusterContract(() => cluster as Cluster, { maps: AGGREGATED_MAPS, switches, beneath: () => beneath as Cluster });
});
