import { readFileSync } from 'node:fs';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { takeApiServer } from './api-servers.ts';
import { takeCentral } from './central-server.ts';

const CENTRAL_FILE = new URL('../../examples/guide/cn2/22.2/central_cluster_deployer_example.yaml', import.meta.url);

/** The guide's two clusters as API servers without nodes, audited, CN2 emulated beside them, and the environment that reaches them. */
export interface PlainGuide extends AsyncDisposable {
  central: ApiServer;
  distributed: ApiServer;
  /** The central one where its core kinds come from an aggregated API. */
  aggregated?: AggregatedApiServer;
  environment: Record<string, string>;
  /** The guide's declaration with these servers' addresses. */
  declare(text: string): string;
}

/**
 * Starts them; CN2 on the central cluster is healthy when it returns. `switches`: the central cluster's core kinds come from an
 * aggregated API that begins so; absent: from definitions in it.
 */
export async function startPlainGuide(switches?: Partial<Switches>): Promise<PlainGuide> {
  const [central, distributed] = await Promise.all([
    takeCentral(
      {
        name: 'cluster1',
        kubernetesClusterName: 'cluster1.juniper.local',
        podSubnets: ['10.233.128.0/17', 'fd85:ee78:d8a6:8607::1:0/112'],
        serviceSubnets: ['10.233.0.0/17', 'fd85:ee78:d8a6:8607::1000/116'],
      },
      switches,
    ),
    takeApiServer({
      name: 'cluster2',
      kubernetesClusterName: 'cluster2.juniper.local',
      podSubnets: ['10.234.128.0/17', 'fd85:ee78:d8a6:8607::3:0/112'],
      serviceSubnets: ['10.234.0.0/17', 'fd85:ee78:d8a6:8607::2:1000/116'],
    }),
  ]);
  await Promise.all([addNode(central, 'k8s-central-cp0'), addNode(distributed, 'k8s-cp0')]);
  let emulator: Emulator | undefined;
  const stop = async () => {
    await emulator?.stop();
    await Promise.all([central.stop(), distributed.stop()]);
  };
  try {
    emulator = await startEmulator({
      central: { kubeconfig: central.kubeconfig, aggregated: switches !== undefined },
      distributed: [{ kubeconfig: distributed.kubeconfig }],
      centralFile: readFileSync(CENTRAL_FILE, 'utf8'),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    central,
    ...('behind' in central ? { aggregated: central } : {}),
    distributed,
    environment: {
      KUBECONFIG_CLUSTER1: central.kubeconfig,
      KUBECONFIG_CLUSTER2: Buffer.from(distributed.kubeconfig).toString('base64'),
      CN2_PULL_SECRET: JSON.stringify({
        auths: { 'lab.local': { auth: Buffer.from('lab:canary-of-the-pull-secret').toString('base64') } },
      }),
    },
    declare: (text) =>
      text.replace('https://172.27.115.180:6443', central.url).replace('https://172.27.115.183:6443', distributed.url),
    [Symbol.asyncDispose]: stop,
  };
}

/** A node that nothing runs on: rules and gates look for one with the label that the release selects. */
async function addNode(server: ApiServer, name: string): Promise<void> {
  await using cluster = kubernetesConnector().connect(server.name, server.kubeconfig);
  await cluster.create(
    { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false },
    { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'node-role.kubernetes.io/master': '' } } },
  );
}

/** Requests of the tool in an audit log: verb and URI, in order; writes are told from dry-runs by the URI. */
export function toolRequests(server: ApiServer): { verb: string; uri: string; write: boolean }[] {
  return readFileSync(server.auditLog ?? '', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { verb: string; requestURI: string; userAgent?: string; stage: string })
    .filter(({ userAgent, stage }) => userAgent?.startsWith('cn2-fleet') === true && stage !== 'RequestReceived')
    .map(({ verb, requestURI }) => ({
      verb,
      uri: requestURI,
      write: !['get', 'list', 'watch'].includes(verb) && !/[?&]dryRun=All/.test(requestURI),
    }));
}
