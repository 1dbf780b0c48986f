import { afterAll, beforeAll } from '@jest/globals';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { AGGREGATED_MAPS, startAggregatedMaps } from '../support/aggregated.ts';
import { clusterContract } from '../support/cluster-contract.ts';

let server: AggregatedApiServer | undefined;
let cluster: Cluster | undefined;

beforeAll(async () => {
  server = await startAggregatedMaps({ name: 'contract' });
  cluster = kubernetesConnector().connect('contract', server.kubeconfig);
}, 120_000);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await server?.stop();
});

clusterContract(() => cluster as Cluster, AGGREGATED_MAPS);
