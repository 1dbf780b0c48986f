import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent, fetch } from 'undici';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { ADMINISTRATOR } from '../../lab/apiserver/kubeconfig.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { asAdministrator } from './as-administrator.ts';
import { selfSigned } from './certificate.ts';

interface Pod {
  metadata: { name: string; namespace: string; deletionTimestamp?: string };
  spec: { nodeName?: string; containers: { name: string; command: string[] }[] };
}

/**
 * A node of an API server that runs the pods of a smoke test on this host, in no container: each has an address of 127.0.0.0/8. Pods that
 * wait are said to run; the command of those that end is run, and its output is their log.
 */
export class SmallKubelet implements AsyncDisposable {
  readonly #server: ApiServer;
  readonly #https: Server;
  readonly #logs = new Map<string, string>();
  readonly #known = new Set<string>();
  readonly #stop = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #next: number;

  private constructor(server: ApiServer, firstAddress: number) {
    this.#server = server;
    this.#next = firstAddress;
    const { certificate, key } = selfSigned({ names: ['127.0.0.1'] });
    this.#https = createServer({ cert: certificate, key }, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://kubelet');
      const [, what, namespace, pod] = pathname.split('/');
      const log = what === 'containerLogs' ? this.#logs.get(`${namespace}/${pod}`) : undefined;
      response.writeHead(log === undefined ? 404 : 200, { 'content-type': 'text/plain' });
      response.end(log?.slice(0, Number(searchParams.get('limitBytes') ?? Number.POSITIVE_INFINITY)));
    });
  }

  static async start(server: ApiServer, firstAddress: number): Promise<SmallKubelet> {
    const self = new SmallKubelet(server, firstAddress);
    self.#https.listen(0, '127.0.0.1');
    await once(self.#https, 'listening');
    const { port } = self.#https.address() as AddressInfo;
    await asAdministrator(`${server.url}/api/v1/nodes`, 'POST', { apiVersion: 'v1', kind: 'Node', metadata: { name: 'small' } });
    const status = {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    };
    await asAdministrator(`${server.url}/api/v1/nodes/small/status`, 'PATCH', { status }, 'application/merge-patch+json');
    self.#following = self.#follow();
    return self;
  }

  async #follow(): Promise<void> {
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    const headers = { authorization: `Bearer ${ADMINISTRATOR}` };
    while (!this.#stop.signal.aborted) {
      const answer = await fetch(`${this.#server.url}/api/v1/pods?labelSelector=cn2-fleet%2Fsmoke`, { dispatcher, headers });
      const { items } = (await answer.json()) as { items: Pod[] };
      await Promise.all(items.map((pod) => this.#run(pod).catch(() => undefined)));
      await systemClock.sleep(100, this.#stop.signal);
    }
    await dispatcher.close();
  }

  async #run({ metadata: { name, namespace, deletionTimestamp }, spec }: Pod): Promise<void> {
    const path = `${this.#server.url}/api/v1/namespaces/${namespace}/pods/${name}`;
    if (deletionTimestamp !== undefined) {
      await asAdministrator(path, 'DELETE', { gracePeriodSeconds: 0 });
      return;
    }
    if (this.#known.has(`${namespace}/${name}`)) return;
    this.#known.add(`${namespace}/${name}`);
    const target = { apiVersion: 'v1', kind: 'Node', name: 'small' };
    await asAdministrator(`${path}/binding`, 'POST', { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target });
    const podIP = `127.0.3.${this.#next++}`;
    const report = async (phase: string, state: object) => {
      const containerStatuses = [{ name: 'probe', image: 'x', imageID: '', ready: false, restartCount: 0, state }];
      const status = { phase, podIP, podIPs: [{ ip: podIP }], containerStatuses };
      await asAdministrator(`${path}/status`, 'PATCH', { status }, 'application/merge-patch+json');
    };
    const command = spec.containers[0]!.command;
    if (!/-l\d+$/.test(name)) return await report('Running', { running: {} });
    const { exitCode, log } = await runHere(command);
    this.#logs.set(`${namespace}/${name}`, log);
    await report(exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
    this.#https.closeAllConnections();
    this.#https.close();
  }
}

/** Without what would stay behind on this host: listeners, and what keeps a container alive. */
async function runHere(command: readonly string[]): Promise<{ exitCode: number; log: string }> {
  const [program = '', ...rest] = command.map((part) => part.replace(/\bnc -l+/, 'false').replace(/exec sleep \d+/, 'true'));
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => said.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { exitCode: code ?? 137, log: Buffer.concat(said).toString('utf8') };
}
