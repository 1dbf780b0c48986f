import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { startApiServer } from '../../lab/apiserver/apiserver.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { cn2Kinds, DAEMON_SET, DEPLOYMENT, SECRET } from '../../lab/cn2/control/kinds.ts';
import { applyText, objectsOf } from '../../lab/cn2/control/objects.ts';
import { startEmulator } from '../../lab/cn2/control/plain.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

/** The vendor's own files are test data beside the repository; without them these tests are skipped, visibly. */
const FOLDER = join(import.meta.dirname, '../../../shared/cn2/manifests');
const where = existsSync(FOLDER) ? describe : describe.skip;
const SERVER = 'https://172.27.115.180:6443';

function file(release: string, name: string): string {
  const text = readFileSync(join(FOLDER, release, `${name}_example.yaml`), 'utf8');
  return text.replaceAll('<base64-encoded-credential>', 'e30=').replaceAll('<redacted>', 'e30=');
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`${what}: not within 15 s`);
    await sleep(50);
  }
}

where('files of the vendor', () => {
  test.each([
    ['22.2', 'v1alpha1', 'v1alpha1'],
    ['23.4', 'v1', 'v4'],
  ])(
    '%s: both clusters come up with what the files say',
    async (release, configplane, core) => {
      await using central = await startApiServer({ name: 'central' });
      await using distributed = await startApiServer({ name: 'distributed' });
      await using _ = await startEmulator({
        central: { kubeconfig: central.kubeconfig, servedAs: SERVER },
        distributed: [{ kubeconfig: distributed.kubeconfig }],
        centralFile: file(release, 'central_cluster_deployer'),
      });
      using c = new KubeClient(connectionOf(central.kubeconfig));
      using d = new KubeClient(connectionOf(distributed.kubeconfig));
      const kinds = cn2Kinds(configplane, core);
      expect((await c.list(kinds.vrouter)).items.map(({ metadata }) => metadata.name)).toContain('contrail-vrouter-masters');

      await applyText(d, file(release, 'distributed_cluster_deployer'), 'test');
      const kubeconfig = central.kubeconfig.replace(central.url, SERVER);
      await d.apply(SECRET, secret(kubeconfig), 'test');
      await until(async () => ready(await d.get(DEPLOYMENT, 'contrail-deploy', 'contrail-k8s-deployer')), 'deployer');
      if (release === '23.4') {
        await applyText(d, file(release, 'distributed_cluster_certmanager'), 'test');
        await until(async () => (await d.get(SECRET, 'contrail', 'xmpp-tls-vrouter-agent')) !== undefined, 'certificates');
        // Both served versions can be written: what the real conversion webhook is needed for.
        expect(await d.apply(cn2Kinds('v1alpha1', core).vrouter, vrouter('v1alpha1'), 'test')).toMatchObject({ kind: 'Vrouter' });
      }
      const vrouters = file(release, 'distributed_cluster_vrouter');
      await applyText(d, vrouters, 'test');
      const names = objectsOf(vrouters).map(({ metadata }) => metadata.name);
      await until(async () => {
        const found = (await d.list(DAEMON_SET, 'contrail')).items.map(({ metadata }) => metadata.name);
        return names.every((name) => found.includes(name));
      }, 'DaemonSets');
    },
    90_000,
  );
});

function ready(deployment: KubernetesObject | undefined): boolean {
  return (deployment?.status as { readyReplicas?: number } | undefined)?.readyReplicas === 1;
}

function secret(kubeconfig: string): KubernetesObject {
  const metadata = { namespace: 'contrail-deploy', name: 'central-kubeconfig' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: { kubeconfig: Buffer.from(kubeconfig).toString('base64') } };
}

function vrouter(version: string): KubernetesObject {
  return {
    apiVersion: `dataplane.juniper.net/${version}`,
    kind: 'Vrouter',
    metadata: { namespace: 'contrail', name: 'older' },
    spec: { common: { containers: [{ name: 'contrail-vrouter-agent', image: 'lab.local/agent:1' }] } },
  };
}
