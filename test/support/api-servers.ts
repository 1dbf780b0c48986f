import { Agent, fetch } from 'undici';
import { type ApiServer, startApiServer } from '../../lab/apiserver/apiserver.ts';
import { type KubeadmFacts, publishKubeadmConfig } from '../../lab/apiserver/kubeadm-config.ts';
import { kubeconfigText } from '../../lab/apiserver/kubeconfig.ts';
import type { Handed } from './api-keeper.ts';
import { ownAddress } from './own-address.ts';

/**
 * An API server as new, audited and with its controllers, on an address of this host that a declaration may name. stop() gives it back:
 * the run of the integration tests keeps servers from file to file, elsewhere one is started. What needs flags of its own uses
 * startApiServer.
 */
export async function takeApiServer(facts: KubeadmFacts): Promise<ApiServer> {
  const socket = process.env['CN2_FLEET_API_KEEPER'];
  if (socket === undefined) return await startOwn(facts);
  const { id, url, etcd, auditLog, kubeconfig } = (await ask(socket, 'take', {})) as Handed;
  await publishKubeadmConfig(url, facts);
  const stop = async () => void (await ask(socket, 'stop', { id }));
  return {
    name: facts.name,
    url,
    etcd,
    auditLog,
    kubeconfig: kubeconfigText(facts.name, url, /certificate-authority-data: ([^}]+)/.exec(kubeconfig)?.[1] ?? ''),
    kill: async () => void (await ask(socket, 'kill', { id })),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startOwn(facts: KubeadmFacts): Promise<ApiServer> {
  const address = await ownAddress();
  const server = await startApiServer({ ...facts, address: address.address, audit: true });
  const stop = async () => {
    await server.stop();
    await address[Symbol.asyncDispose]();
  };
  return { ...server, stop, [Symbol.asyncDispose]: stop };
}

async function ask(socketPath: string, path: string, body: object): Promise<unknown> {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 120_000 });
  try {
    const answer = await fetch(`http://keeper/${path}`, { method: 'POST', body: JSON.stringify(body), dispatcher });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return JSON.parse(text);
  } finally {
    await dispatcher.close();
  }
}
