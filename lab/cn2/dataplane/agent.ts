import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeClient } from '../control/client.ts';
import { inCluster } from '../control/connection.ts';
import { NODE } from '../control/kinds.ts';
import { startLoop } from '../control/loop.ts';
import { addressPool } from './address-pool.ts';
import { nodeAddresses, podCidrs } from './cluster-view.ts';
import { watchCluster } from './cluster-watch.ts';
import { CniHandler } from './cni-handler.ts';
import { serveCni, somebodyServes } from './cni-server.ts';
import { AGENT_FOLDER, AGENT_SOCKET } from './conflist.ts';
import { installCni, markReady } from './install.ts';
import { linuxKernel } from './kernel.ts';
import { NodeDataplane, type NodeIdentity } from './node-dataplane.ts';
import { PodRecords } from './records.ts';

/** With the host's process namespace this is the node's file system, mounts included. */
const NODE_ROOT = '/proc/1/root';
const RETRY_MS = 250;

/**
 * The emulated vRouter agent of one node: runs until SIGTERM. It changes nothing when it ends, so pods go on while it is
 * restarted; what it knew comes back from its records, the API and the kernel.
 */
export async function runAgent(): Promise<void> {
  const name = process.env.NODE_NAME;
  if (!name) throw new Error('NODE_NAME is not set');
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  await using _ended = { [Symbol.asyncDispose]: async () => stop.abort() };

  const socket = join(NODE_ROOT, AGENT_SOCKET);
  await ownTurn(socket, stop.signal);
  await markReady(NODE_ROOT, false);
  const client = new KubeClient(inCluster());
  const node = await identity(client, name, stop.signal);
  if (node === undefined) return;
  log(`node ${name}: addresses ${node.addresses.join(' ')}, pods ${node.podCidrs.join(' ')}`);

  const { records, gone } = await PodRecords.open(join(NODE_ROOT, AGENT_FOLDER, 'pods'));
  const watch = watchCluster(client, () => loop.trigger(), log, stop.signal);
  const dataplane = new NodeDataplane(linuxKernel(), node, records, watch.view, log);
  // Rules are replaced as a whole: with half a view they would cut off pods that are running.
  const sync = async (): Promise<void> => {
    await watch.synced;
    await dataplane.sync();
  };
  const loop = startLoop('dataplane', sync, stop.signal, log);
  await dataplane.prepare();
  await watch.synced;
  for (const record of gone) await dataplane.detach(record);
  await dataplane.sync();

  const pool = addressPool(node.podCidrs, defaultAddresses(records));
  const handler = new CniHandler({ api: watch, dataplane, records, pool, root: NODE_ROOT });
  const server = await serveCni(socket, (request) => handler.handle(request), log);
  await installCni(NODE_ROOT);
  await markReady(NODE_ROOT, true);
  log('the CNI is on the node');
  await new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  server.close();
  server.closeAllConnections();
}

/** Two Vrouters may select one node: one agent serves it, the other waits until it is gone. */
async function ownTurn(socket: string, signal: AbortSignal): Promise<void> {
  let said = false;
  while (!signal.aborted && (await somebodyServes(socket))) {
    if (!said) log('another agent serves this node; waiting for it to end');
    said = true;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

/** Asks for the own node until it has addresses and pod CIDRs; undefined when the signal aborts first. */
async function identity(client: KubeClient, name: string, signal: AbortSignal): Promise<NodeIdentity | undefined> {
  let said = '';
  while (!signal.aborted) {
    let reason = 'it has no pod CIDR or address yet';
    try {
      const node = await client.get(NODE, undefined, name);
      const found = { name, addresses: oneOfEachFamily(nodeAddresses(node)), podCidrs: podCidrs(node) };
      if (found.podCidrs.length > 0 && found.addresses.length > 0) return found;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (reason !== said) log(`waiting for node ${name}: ${reason}`);
    said = reason;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

function oneOfEachFamily(addresses: readonly string[]): string[] {
  return [addresses.find((address) => !address.includes(':')), addresses.find((address) => address.includes(':'))].filter(
    (address) => address !== undefined,
  );
}

function defaultAddresses(records: PodRecords): string[] {
  return records
    .all()
    .flatMap(({ interfaces }) => interfaces.filter((one) => !one.virtual).flatMap(({ addresses }) => addresses));
}

function log(line: string): void {
  console.log(line);
}
