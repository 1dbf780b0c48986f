import { afterAll, beforeAll } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { clusterContract } from '../support/cluster-contract.ts';

let server: ApiServer | undefined;
let cluster: Cluster | undefined;

beforeAll(async () => {
  server = await takeApiServer({ name: 'contract' });
  cluster = kubernetesConnector().connect('contract', server.kubeconfig);
}, 120_000);

afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]();
  await server?.stop();
});

clusterContract(() => cluster as Cluster);
