import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { ensureBinaries } from '../../lab/binaries/binaries.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { DEPLOYMENT, NAMESPACE } from '../../lab/cn2/control/kinds.ts';
import { startEmulator } from '../../lab/cn2/control/plain.ts';
import { centralManifest, installCentral } from '../../lab/cn2/install.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import { takeApiServer } from '../support/api-servers.ts';

const FILE = 'central_cluster_deployer_example.yaml';
const files = { [FILE]: readFileSync(join(import.meta.dirname, '../../examples/guide/cn2/22.2', FILE), 'utf8') };
const fleet = {
  release: { version: '22.2.0.93', manifests: 'cn2/22.2', registry: 'lab.local/cn2' },
  central: { name: 'cluster1' },
} as Fleet;

let server: ApiServer;
let kubectl: string;

beforeAll(async () => {
  [server, { kubectl }] = await Promise.all([takeApiServer({ name: 'cluster1' }), ensureBinaries(['kubectl'])]);
}, 120_000);

afterAll(() => server?.stop());

function install(timeout: number, progress: (line: string) => void = () => {}): Promise<void> {
  const manifest = centralManifest(fleet, files, '{"auths":{}}');
  return installCentral({ fleet, kubeconfig: server.kubeconfig, manifest, kubectl, progress, timeout });
}

test('without anybody who runs the pods it says what is missing', async () => {
  await expect(install(400)).rejects.toThrow(/Deployment contrail-deploy\/contrail-k8s-deployer is not ready/);
}, 30_000);

test('installs CN2 from the central file, waits until it is healthy and marks it as emulated', async () => {
  await using _ = await startEmulator({ central: { kubeconfig: server.kubeconfig }, distributed: [] });
  const lines: string[] = [];
  await install(30_000, (line) => lines.push(line));
  using client = new KubeClient(connectionOf(server.kubeconfig));
  const namespace = await client.get(NAMESPACE, undefined, 'contrail');
  expect(namespace?.metadata.annotations?.['cn2-fleet/emulated']).toBe('true');
  const kubemanager = await client.get(DEPLOYMENT, 'contrail', 'contrail-k8s-kubemanager');
  expect(JSON.stringify(kubemanager?.spec)).toContain('"image":"lab.local/cn2/contrail-k8s-kubemanager:22.2.0.93"');
  expect(JSON.stringify(kubemanager?.spec)).toContain('"hostPort":19445');
  expect(lines.at(-1)).toBe('CN2 (emulated) is healthy on cluster1');
  // A second run finds everything done.
  await install(30_000);
}, 60_000);
