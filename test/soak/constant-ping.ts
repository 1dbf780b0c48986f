import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeClient } from '../../lab/cn2/control/client.ts';
import { POD } from '../../lab/cn2/control/kinds.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';

const NAMESPACE = 'default';
const IMAGE = 'lab.local/cn2-fleet/probe:1';
const PER_SECOND = 5;
const USER = 65532;
const START_TIMEOUT_MS = 90_000;

/** What became of the packets of a while. */
export interface Packets {
  answered: number;
  lost: number;
}

/** A ping between two clusters that goes on for as long as its pods run. */
export interface ConstantPing {
  name: string;
  /** Between two times of this host's clock, in milliseconds. */
  between(from: number, to: number): Promise<Packets>;
}

/** Starts a ping from one cluster to another over their default networks, and waits until it is answered. */
export async function startPing(name: string, from: KubeClient, to: KubeClient): Promise<ConstantPing> {
  await to.create(POD, pod(`${name}-target`, 'exec sleep 86400'));
  const address = await addressOf(to, `${name}-target`);
  await from.create(POD, pod(`${name}-source`, `exec ping -D -n -i ${1 / PER_SECOND} ${address}`));
  await addressOf(from, `${name}-source`);
  const replies = async () => repliesIn(await from.text('GET', `/api/v1/namespaces/${NAMESPACE}/pods/${name}-source/log`));
  await until(async () => (await replies()).length > PER_SECOND, `${name} to be answered`);
  return { name, between: async (begin, end) => packets(await replies(), begin, end) };
}

interface Reply {
  time: number;
  sequence: number;
}

function repliesIn(log: string): Reply[] {
  return [...log.matchAll(/^\[(\d+\.\d+)\] .*icmp_seq=(\d+) ttl/gm)].map(([, time, sequence]) => ({
    time: Number(time) * 1000,
    sequence: Number(sequence),
  }));
}

/** What is missing between two answers counts for the while in which either came; silence up to the end counts too. */
function packets(replies: readonly Reply[], from: number, to: number): Packets {
  let lost = 0;
  for (const [index, reply] of replies.entries()) {
    const next = replies[index + 1];
    const until = next?.time ?? Math.max(to, reply.time);
    const missing =
      next === undefined
        ? Math.max(0, Math.floor(((until - reply.time) / 1000) * PER_SECOND) - PER_SECOND)
        : next.sequence - reply.sequence - 1;
    if (missing > 0 && reply.time < to && until > from) lost += missing;
  }
  return { answered: replies.filter(({ time }) => time >= from && time <= to).length, lost };
}

async function addressOf(client: KubeClient, name: string): Promise<string> {
  let address: string | undefined;
  await until(async () => {
    const found = await client.get(POD, NAMESPACE, name);
    const status = found?.status as { phase?: string; podIP?: string } | undefined;
    address = status?.phase === 'Running' ? status.podIP : undefined;
    return address !== undefined;
  }, `pod ${name} to run`);
  return address!;
}

async function until(done: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  while (!(await done().catch(() => false))) {
    if (Date.now() > end) throw new Error(`waited ${START_TIMEOUT_MS / 1000} s for ${what}`);
    await sleep(500);
  }
}

function pod(name: string, command: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
      securityContext: {
        runAsUser: USER,
        runAsGroup: USER,
        sysctls: [{ name: 'net.ipv4.ping_group_range', value: `${USER} ${USER}` }],
      },
      containers: [{ name: 'ping', image: IMAGE, imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', command] }],
    },
  };
}
