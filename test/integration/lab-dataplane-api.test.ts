import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { CONFIG_MAP, NAMESPACE, NODE, POD } from '../../lab/cn2/control/kinds.ts';
import { startLoop } from '../../lab/cn2/control/loop.ts';
import { addressPool } from '../../lab/cn2/dataplane/address-pool.ts';
import { type ClusterWatch, watchCluster } from '../../lab/cn2/dataplane/cluster-watch.ts';
import { CniHandler } from '../../lab/cn2/dataplane/cni-handler.ts';
import type { CniRequest } from '../../lab/cn2/dataplane/cni-request.ts';
import { NodeDataplane } from '../../lab/cn2/dataplane/node-dataplane.ts';
import type { PodRecords } from '../../lab/cn2/dataplane/records.ts';
import type { KubernetesObject } from '../../src/model/kubernetes.ts';
import { takeApiServer } from '../support/api-servers.ts';
import { pings, TestFabric, type TestNode, whyNoNetwork } from './lab-dataplane-net.ts';

const reason = whyNoNetwork();
const suite = reason === undefined ? describe : describe.skip;
const NETWORKS = [
  { name: 'ns1/vn1', cidrs: ['10.0.0.0/24'], gateways: ['10.0.0.1'] },
  { name: 'ns1/vn2', cidrs: ['20.0.0.0/24'], gateways: ['20.0.0.1'] },
];

suite(`the agent on a real API server${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const fabric = new TestFabric();
  const stop = new AbortController();
  const log: string[] = [];
  let api: ApiServer;
  let client: KubeClient;
  let node: TestNode;
  let watch: ClusterWatch;
  let handler: CniHandler;
  let records: PodRecords;

  beforeAll(async () => {
    await fabric.start();
    node = await fabric.addNode('c1', 'c1-a', 21);
    api = await takeApiServer({ name: 'dataplane' });
    client = new KubeClient(connectionOf(api.kubeconfig));
    await client.create(NODE, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'c1-a' },
      spec: { podCIDRs: node.identity.podCidrs },
    });
    for (const name of ['contrail', 'shop'])
      await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    for (const name of ['default', 'shop']) {
      while ((await client.get({ ...POD, plural: 'serviceaccounts' }, name, 'default')) === undefined) await sleep(50);
    }
    await state({ networks: NETWORKS });
    records = node.records;
    watch = watchCluster(
      client,
      () => loop.trigger(),
      (line) => log.push(line),
      stop.signal,
    );
    const dataplane = new NodeDataplane(node.kernel, node.identity, records, watch.view, (line) => log.push(line));
    const loop = startLoop(
      'dataplane',
      () => watch.synced.then(() => dataplane.sync()) as Promise<void>,
      stop.signal,
      (line) => log.push(line),
    );
    await dataplane.prepare();
    await watch.synced;
    handler = new CniHandler({ api: watch, dataplane, records, pool: addressPool(node.identity.podCidrs), root: '' });
  }, 120_000);

  afterAll(async () => {
    stop.abort();
    await api?.stop();
    await fabric[Symbol.asyncDispose]();
  });

  async function state(value: object | string): Promise<void> {
    const object: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'contrail', name: 'emulated-dataplane' },
      data: { 'state.json': typeof value === 'string' ? value : JSON.stringify(value) },
    };
    await client.apply(CONFIG_MAP, object, 'test');
  }

  async function pod(
    name: string,
    annotations: Record<string, string> = {},
  ): Promise<{ object: KubernetesObject; add: CniRequest }> {
    const object = await client.create(POD, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'shop', name, annotations },
      spec: { nodeName: 'c1-a', containers: [{ name: 'c', image: 'none' }] },
    });
    const netns = await fabric.sandbox(name);
    const uid = object!.metadata.uid!;
    return {
      object: object!,
      add: { command: 'ADD', containerId: `c-${name}`, netns, interfaceName: 'eth0', pod: { namespace: 'shop', name, uid } },
    };
  }

  const annotationsOf = async (name: string) => (await client.get(POD, 'shop', name))?.metadata.annotations ?? {};

  test('a pod gets the next address, a network-status, and reaches its neighbour', async () => {
    const [a, b] = [await pod('a'), await pod('b')];
    const [first, second] = await Promise.all([handler.handle(a.add), handler.handle(b.add)]);
    const addressOf = (result: object) => (result as { ips: { address: string }[] }).ips.map(({ address }) => address);
    expect([...addressOf(first), ...addressOf(second)].sort()).toEqual([
      '10.233.21.2/24',
      '10.233.21.3/24',
      'fd85:21::2/120',
      'fd85:21::3/120',
    ]);
    const status = JSON.parse((await annotationsOf('a'))['k8s.v1.cni.cncf.io/network-status']!);
    expect(status).toEqual([
      {
        name: 'default-podnetwork',
        interface: 'eth0',
        ips: addressOf(first).map((address) => address.split('/')[0]),
        mac: expect.stringMatching(/^02(:[0-9a-f]{2}){5}$/),
        default: true,
      },
    ]);
    expect(await pings(a.add.netns, addressOf(second)[0]!.split('/')[0]!)).toBe(2);
  });

  test('a pod in a virtual network waits for the kubemanager’s addresses', async () => {
    const { add } = await pod('blue', { 'k8s.v1.cni.cncf.io/networks': 'ns1/vn1' });
    let done = false;
    const result = handler.handle(add).then((value) => {
      done = true;
      return value;
    });
    await sleep(500);
    expect(done).toBe(false);
    const given = [
      { network: 'ns1/vn1', interface: 'eth1', addresses: ['10.0.0.2/24'], gateways: ['10.0.0.1'], mac: '02:00:00:00:00:02' },
    ];
    await client.merge(POD, 'shop', 'blue', { metadata: { annotations: { 'emulated.cn2/interfaces': JSON.stringify(given) } } });
    await result;
    const status = JSON.parse((await annotationsOf('blue'))['k8s.v1.cni.cncf.io/network-status']!);
    expect(status[1]).toEqual({
      name: 'ns1/vn1',
      interface: 'eth1',
      ips: ['10.0.0.2'],
      mac: '02:00:00:00:00:02',
      default: false,
    });
    expect(await pings(add.netns, '10.0.0.1')).toBe(2);
  });

  test('a change of the state is in the kernel at once, a broken one changes nothing', async () => {
    const red = await pod('red', {
      'k8s.v1.cni.cncf.io/networks': 'ns1/vn2',
      'emulated.cn2/interfaces': JSON.stringify([
        { network: 'ns1/vn2', interface: 'eth1', addresses: ['20.0.0.2/24'], gateways: ['20.0.0.1'] },
      ]),
    });
    await handler.handle(red.add);
    const blue = records.get('c-blue')!.netns;
    await fabric.addRoute(blue, '20.0.0.0/24', '10.0.0.1');
    await fabric.addRoute(red.add.netns, '10.0.0.0/24', '20.0.0.1');
    expect(await pings(blue, '20.0.0.2')).toBe(0);
    const allowed = [
      ['10.0.0.0/24', '20.0.0.0/24'],
      ['20.0.0.0/24', '10.0.0.0/24'],
    ];
    const began = Date.now();
    await state({ networks: NETWORKS, allowed });
    while (!(await node.rules()).includes('ip saddr 20.0.0.0/24 ip daddr { 10.0.0.0/24')) await sleep(5);
    const took = Date.now() - began;
    expect(took).toBeLessThan(3000);
    expect(await pings(blue, '20.0.0.2')).toBe(2);

    await state('{"networks": [');
    while (!log.some((line) => line.includes('the last state stays'))) await sleep(20);
    await sleep(100);
    expect(await pings(blue, '20.0.0.2')).toBe(2);
    await state({ networks: NETWORKS });
    while ((await node.rules()).includes('ip saddr 20.0.0.0/24 ip daddr { 10.0.0.0/24')) await sleep(5);
    expect(await pings(blue, '20.0.0.2')).toBe(0);
  });

  test('a namespace that becomes isolated is cut off', async () => {
    const [a] = [records.get('c-a')!];
    const { add } = await pod('late');
    await handler.handle(add);
    await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    while ((await client.get({ ...POD, plural: 'serviceaccounts' }, 'other', 'default')) === undefined) await sleep(50);
    const stranger = await client.create(POD, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'other', name: 'stranger' },
      spec: { nodeName: 'c1-a', containers: [{ name: 'c', image: 'none' }] },
    });
    const netns = await fabric.sandbox('stranger');
    const pod2 = { namespace: 'other', name: 'stranger', uid: stranger!.metadata.uid! };
    await handler.handle({ command: 'ADD', containerId: 'c-stranger', netns, interfaceName: 'eth0', pod: pod2 });
    const target = records.get('c-stranger')!.interfaces[0]!.addresses[0]!.split('/')[0]!;
    expect(await pings(a.netns, target)).toBe(2);
    await client.merge(NAMESPACE, undefined, 'shop', { metadata: { labels: { 'core.juniper.net/isolated-namespace': 'true' } } });
    while (!/set isolated4 \{[^}]*elements = \{ 10\.233\.21/.test(await node.rules())) await sleep(5);
    expect(await pings(a.netns, target)).toBe(0);
    expect(await pings(a.netns, records.get('c-late')!.interfaces[0]!.addresses[0]!.split('/')[0]!)).toBe(2);
  });

  test('a sandbox of a pod that was replaced is refused, and DEL of what nobody knows ends well', async () => {
    const { add } = await pod('twice');
    await expect(handler.handle({ ...add, pod: { ...add.pod, uid: 'older' } })).rejects.toThrow(
      'pod shop/twice does not exist any more',
    );
    expect(await handler.handle({ ...add, command: 'DEL', containerId: 'never-seen' })).toEqual({});
    const before = records.all().length;
    await handler.handle({ ...add, command: 'DEL', containerId: 'c-late' });
    expect(records.all().length).toBe(before - 1);
  });
});
