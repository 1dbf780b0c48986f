import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { Agent, fetch } from 'undici';
import { startApiServer } from '../../lab/apiserver/apiserver.ts';

test('an API server without nodes serves namespaces, kubeadm-config and an audit log', async () => {
  await using api = await startApiServer({
    name: 'alone',
    podSubnets: ['10.233.128.0/17', 'fd85:ee78:d8a6:8607::1:0/112'],
    audit: true,
  });
  const config = new KubeConfig();
  config.loadFromString(api.kubeconfig);
  const dispatcher = new Agent({ connect: { ca: Buffer.from(config.getCurrentCluster()?.caData ?? '', 'base64') } });
  const get = async (path: string) => {
    const answer = await fetch(`${api.url}${path}`, {
      dispatcher,
      headers: { authorization: `Bearer ${config.getCurrentUser()?.token}` },
    });
    return (await answer.json()) as { data?: Record<string, string>; metadata: { uid?: string } };
  };
  expect((await get('/api/v1/namespaces/kube-system')).metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect((await get('/api/v1/namespaces/kube-system/configmaps/kubeadm-config')).data?.['ClusterConfiguration']).toContain(
    'podSubnet: "10.233.128.0/17,fd85:ee78:d8a6:8607::1:0/112"',
  );
  const events = (await readFile(api.auditLog ?? '', 'utf8')).trim().split('\n');
  expect(events.map((line) => (JSON.parse(line) as { requestURI: string }).requestURI)).toContain(
    '/api/v1/namespaces/kube-system',
  );
  await dispatcher.close();
}, 60_000);
