import { afterAll, beforeAll, describe } from '@jest/globals';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import { ALL_SERVED, type Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { AGGREGATED_MAPS, startAggregatedMaps } from '../support/aggregated.ts';
import { clusterContract } from '../support/cluster-contract.ts';
import { LIMITS } from '../support/limited-cluster.ts';

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

  clusterContract(() => cluster as Cluster, { maps: AGGREGATED_MAPS, switches, beneath: () => beneath as Cluster });
});
