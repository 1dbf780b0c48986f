import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fabricAddress } from '../../lab/cn2/dataplane/fabric.ts';
import { linuxKernel } from '../../lab/cn2/dataplane/kernel.ts';
import type { RulesAct } from '../../lab/faults/fault.ts';
import { tableText, without } from '../../lab/faults/on-nodes.ts';
import { FAULTS } from '../../lab/faults/table.ts';
import { readCounters } from '../../lab/faults/tally.ts';
import type { FleetNetwork } from '../../src/model/fleet.ts';
import { guideScene } from '../support/fault-scene.ts';
import { counted, pinging, pings, TestFabric, type TestNode, type TestPod, whyNoNetwork } from './lab-dataplane-net.ts';

const run = promisify(execFile);
const reason = whyNoNetwork();
const suite = reason === undefined ? describe : describe.skip;

const BLUE = { name: 'ns1/vn1', cidrs: ['10.0.0.0/24', 'fd10::/64'], gateways: ['10.0.0.1', 'fd10::1'] };
const RED = { name: 'k-ns1/vn2', cidrs: ['20.0.0.0/24', 'fd20::/64'], gateways: ['20.0.0.1', 'fd20::1'] };
const BOTH_WAYS: [string, string][] = [
  ['10.0.0.0/24', '20.0.0.0/24'],
  ['20.0.0.0/24', '10.0.0.0/24'],
  ['fd10::/64', 'fd20::/64'],
  ['fd20::/64', 'fd10::/64'],
];

suite(`packets between network namespaces${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const fabric = new TestFabric();
  let central: TestNode;
  let second: TestNode;
  let remote: TestNode;
  const pods: Record<'plain' | 'remote' | 'snat' | 'alone' | 'alone2' | 'blue' | 'blue2' | 'red', TestPod> = {} as never;

  beforeAll(async () => {
    await fabric.start();
    central = await fabric.addNode('c1', 'c1-a', 11);
    second = await fabric.addNode('c1', 'c1-b', 12);
    remote = await fabric.addNode('c2', 'c2-a', 13);
    for (const cluster of ['c1', 'c2']) {
      fabric.namespace(cluster, 'default');
      fabric.namespace(cluster, 'plain');
      fabric.namespace(cluster, 'ns1', { 'core.juniper.net/isolated-namespace': 'true' });
    }
    await fabric.tell({ networks: [BLUE, RED] });
    pods.plain = await fabric.addPod(central, 'plain', 'plain', 2);
    pods.remote = await fabric.addPod(remote, 'plain', 'remote', 2);
    pods.snat = await fabric.addPod(central, 'default', 'snat', 3);
    pods.alone = await fabric.addPod(central, 'ns1', 'alone', 4);
    pods.alone2 = await fabric.addPod(second, 'ns1', 'alone2', 4);
    pods.blue = await fabric.addPod(central, 'ns1', 'blue', 5, { name: 'ns1/vn1', host: 2, number: 10 });
    pods.blue2 = await fabric.addPod(second, 'ns1', 'blue2', 5, { name: 'ns1/vn1', host: 3, number: 10 });
    pods.red = await fabric.addPod(remote, 'ns1', 'red', 5, { name: 'k-ns1/vn2', host: 2, number: 20 });
    const at = (address: string, node: TestNode) => ({ address, node: node.identity.name, cluster: node.cluster });
    await fabric.tell({
      hosts: [
        ...['10.0.0.2', 'fd10::2'].map((address) => at(address, central)),
        ...['10.0.0.3', 'fd10::3'].map((address) => at(address, second)),
        ...['20.0.0.2', 'fd20::2'].map((address) => at(address, remote)),
      ],
    });
    // The routes that a probe's init container adds: the agent must not.
    for (const pod of [pods.blue, pods.blue2]) {
      await linuxKernel(pod.netns).ip(['route add 20.0.0.0/24 via 10.0.0.1', 'route add fd20::/64 via fd10::1']);
    }
    await linuxKernel(pods.red.netns).ip(['route add 10.0.0.0/24 via 20.0.0.1', 'route add fd10::/64 via fd20::1']);
  });

  afterAll(async () => {
    await fabric[Symbol.asyncDispose]();
  });

  test('pods of the default networks reach each other over nodes and clusters, both families', async () => {
    expect(await pings(pods.plain.netns, '10.233.13.2')).toBe(2);
    expect(await pings(pods.plain.netns, 'fd85:13::2')).toBe(2);
    expect(await pings(pods.remote.netns, '10.233.11.2')).toBe(2);
    expect(await pings(pods.remote.netns, 'fd85:11::2')).toBe(2);
    expect(await pings(pods.snat.netns, '10.233.11.2')).toBe(2); // same node
  });

  test('fabric SNAT shows the fabric address of the node to the other cluster, and only to it', async () => {
    const seen = async (pod: TestPod, source: string) => {
      const protocol = source.includes(':') ? 'ip6' : 'ip';
      const kernel = linuxKernel(pod.netns);
      await kernel.nft(
        `table inet seen {}\ndelete table inet seen\ntable inet seen { counter c { }\n chain c { type filter hook input priority 0; ${protocol} saddr ${source} counter name c; }\n}\n`,
      );
      return async () => {
        const { stdout } = await run('/usr/bin/nsenter', [`--net=${pod.netns}`, '/usr/sbin/nft', '-j', 'list', 'counters']);
        return Number(/"packets": (\d+)/.exec(stdout)![1]);
      };
    };
    const v4 = await seen(pods.remote, fabricAddress('10.89.0.11'));
    expect(await pings(pods.snat.netns, '10.233.13.2')).toBe(2);
    expect(await v4()).toBe(2);
    const v6 = await seen(pods.remote, fabricAddress('fd89::11'));
    expect(await pings(pods.snat.netns, 'fd85:13::2')).toBe(2);
    expect(await v6()).toBeGreaterThanOrEqual(2);
    const own = await seen(pods.remote, '10.233.11.2');
    expect(await pings(pods.plain.netns, '10.233.13.2')).toBe(2);
    expect(await own()).toBe(2);
  });

  test('an isolated namespace without SNAT reaches itself, nobody else, and still answers', async () => {
    const before = await counted(central, 'isolated_dropped');
    expect(await pings(pods.alone.netns, '10.233.13.2')).toBe(0);
    expect(await pings(pods.alone.netns, 'fd85:13::2')).toBe(0);
    expect(await pings(pods.alone.netns, '10.233.11.2')).toBe(0);
    expect((await counted(central, 'isolated_dropped')) - before).toBe(6);
    expect(await pings(pods.alone.netns, '10.233.12.4')).toBe(2);
    expect(await pings(pods.alone.netns, 'fd85:12::4')).toBe(2);
    expect(await pings(pods.remote.netns, '10.233.11.4')).toBe(2);
  });

  test('an isolated namespace with SNAT gets out', async () => {
    fabric.namespace(
      'c1',
      'ns1',
      { 'core.juniper.net/isolated-namespace': 'true' },
      { 'core.juniper.net/forwarding-mode': 'fabric-snat' },
    );
    await fabric.tell({});
    expect(await pings(pods.alone.netns, '10.233.13.2')).toBe(2);
    fabric.namespace('c1', 'ns1', { 'core.juniper.net/isolated-namespace': 'true' });
    await fabric.tell({});
    expect(await pings(pods.alone.netns, '10.233.13.2')).toBe(0);
  });

  test('a virtual network reaches itself over nodes, and its gateway', async () => {
    expect(await pings(pods.blue.netns, '10.0.0.3')).toBe(2);
    expect(await pings(pods.blue.netns, 'fd10::3')).toBe(2);
    expect(await pings(pods.blue2.netns, '10.0.0.2')).toBe(2);
    expect(await pings(pods.blue.netns, '10.0.0.1')).toBe(2);
    expect(await pings(pods.blue.netns, 'fd10::1')).toBe(2);
  });

  test('virtual networks are closed to each other until both directions are allowed, and again afterwards', async () => {
    const between = async () =>
      Promise.all([
        pings(pods.blue.netns, '20.0.0.2'),
        pings(pods.blue.netns, 'fd20::2'),
        pings(pods.red.netns, '10.0.0.3'),
        pings(pods.red.netns, 'fd10::3'),
      ]);
    expect(await between()).toEqual([0, 0, 0, 0]);
    await fabric.tell({ allowed: BOTH_WAYS });
    expect(await between()).toEqual([2, 2, 2, 2]);
    await fabric.tell({ allowed: BOTH_WAYS.slice(0, 1) }); // requests pass, answers do not
    const dropped = await counted(remote, 'virtual_dropped');
    expect(await between()).toEqual([0, 0, 0, 0]);
    expect(await counted(remote, 'virtual_dropped')).toBeGreaterThanOrEqual(dropped + 2);
    await fabric.tell({ allowed: [] });
    expect(await between()).toEqual([0, 0, 0, 0]);
  });

  test('a route through a virtual network is the pod’s own business', async () => {
    const { stdout } = await run('/usr/bin/nsenter', [`--net=${pods.blue.netns}`, '/usr/sbin/ip', 'route', 'show', 'default']);
    expect(stdout.trim()).toMatch(/^default via 10\.233\.11\.1 dev eth0/);
    const { stdout: routes } = await run('/usr/bin/nsenter', [
      `--net=${pods.blue.netns}`,
      '/usr/sbin/ip',
      'route',
      'show',
      'dev',
      'eth1',
    ]);
    expect(
      routes
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['10.0.0.0/24', '10.0.0.1', '20.0.0.0/24']);
  });

  test('nobody speaks for a virtual network from another interface, nor reaches it from outside', async () => {
    await fabric.tell({ allowed: BOTH_WAYS });
    await linuxKernel(pods.blue.netns).ip(['route add 20.0.0.2/32 via 10.233.11.1 dev eth0 src 10.0.0.2']);
    expect(await pings(pods.blue.netns, '20.0.0.2')).toBe(0);
    await linuxKernel(pods.blue.netns).ip(['route del 20.0.0.2/32 via 10.233.11.1 dev eth0']);
    expect(await pings(pods.plain.netns, '10.0.0.2')).toBe(0);
    expect(await pings(pods.blue.netns, '10.89.0.11', { device: 'eth1' })).toBe(0); // the node itself
    await fabric.tell({ allowed: [] });
  });

  test('a router that is taken away stops a ping that is running, one that stays is not disturbed', async () => {
    await fabric.tell({ allowed: BOTH_WAYS });
    const cut = pinging(pods.blue.netns, '20.0.0.2');
    const kept = pinging(pods.blue.netns, '10.0.0.3');
    await sleep(1000);
    const began = Date.now();
    await fabric.tell({ allowed: [] });
    const took = Date.now() - began;
    await sleep(1500);
    const [lost, whole] = await Promise.all([cut.stop(), kept.stop()]);
    expect(took).toBeLessThan(3000);
    expect(lost.received).toBeGreaterThan(10);
    expect(lost.sent - lost.received).toBeGreaterThan(20);
    expect(whole.received).toBe(whole.sent);
  });

  describe('faults that are rules', () => {
    const network = (cluster: string, { name, cidrs: [v4, v6] }: typeof BLUE) =>
      ({ cluster, namespace: 'ns1', name, v4: { cidr: v4 }, v6: { cidr: v6 } }) as FleetNetwork;
    const [a, b] = [network('c1', BLUE), network('c2', RED)];

    /** What comes of a fault between both networks, which is there only then. */
    async function during<Seen>(name: string, look: (act: RulesAct) => Promise<Seen>): Promise<Seen> {
      const nodes = (cluster: string) =>
        fabric.nodes.filter((node) => node.cluster === cluster).map((node) => node.identity.name);
      const scene = guideScene({ a, b, apart: [a, b], nodes });
      const acts = (await FAULTS.find((fault) => fault.name === name)!.acts(scene)) as RulesAct[];
      const kernelOf = (act: RulesAct) => fabric.nodes.find((node) => node.identity.name === act.node)!.kernel;
      for (const act of acts) await kernelOf(act).nft(tableText(act));
      try {
        return await look(acts[0]!);
      } finally {
        for (const act of acts) for (const _ of [1, 2]) await kernelOf(act).nft(without(act.table));
      }
    }

    beforeAll(() => fabric.tell({ allowed: BOTH_WAYS }));
    afterAll(() => fabric.tell({ allowed: [] }));

    test('30 % of echo requests are lost, and the counters say so of each ping', async () => {
      const { received, counters } = await during('echo-loss', async ({ table }) => {
        await pings(pods.blue.netns, '20.0.0.2', { count: 1 });
        const targets = ['20.0.0.2', 'fd20::2'];
        const received = await Promise.all(targets.map((target) => pings(pods.blue.netns, target, { count: 20 })));
        expect(await pings(pods.red.netns, '10.0.0.2')).toBe(2);
        const list = [`--net=${remote.netns}`, '/usr/sbin/nft', '-j', 'list', 'table', 'inet', table];
        return { received, counters: readCounters((await run('/usr/bin/nsenter', list)).stdout) };
      });
      const answered = received.reduce((sum, one) => sum + one, 0);
      expect(counters.series).toEqual({ sent: 40, lost: 40 - answered });
      expect(received.map((one) => Math.abs(14 - one) <= 1)).toEqual([true, true]);
    });

    test('a black hole of one way silences both, a small path passes small packets, and all is gone afterwards', async () => {
      const ways = (size?: number) =>
        Promise.all([pings(pods.blue.netns, '20.0.0.2', { size }), pings(pods.red.netns, 'fd10::2', { size })]);
      expect(await during('one-way-black-hole', () => ways())).toEqual([0, 0]);
      expect(await during('small-mtu', async () => [...(await ways()), ...(await ways(1253)), ...(await ways(1280))])).toEqual([
        2, 2, 2, 0, 0, 0,
      ]);
      expect(await ways(1400)).toEqual([2, 2]);
    });

    test('a leak lets packets pass that nothing allows', async () => {
      await fabric.tell({ allowed: [] });
      const both = () => Promise.all([pings(pods.blue.netns, '20.0.0.2'), pings(pods.red.netns, 'fd10::2')]);
      expect(await during('leaked-path', both)).toEqual([2, 2]);
      expect(await both()).toEqual([0, 0]);
    });
  });

  test('a restarted agent knows its pods, keeps their addresses and does not disturb them', async () => {
    const before = central.records.addresses().sort();
    const kept = pinging(pods.blue.netns, '10.0.0.3');
    await sleep(200);
    await central.restart();
    await sleep(200);
    const { sent, received } = await kept.stop();
    expect(received).toBe(sent);
    expect(central.records.addresses().sort()).toEqual(before);
    expect(await pings(pods.alone.netns, '10.233.13.2')).toBe(0);
  });

  test('routes follow an address that moves and go when it is gone', async () => {
    const destinations = async () =>
      (await central.kernel.routes(202)).map(({ dst, gateway }) => `${dst} ${gateway ?? 'nowhere'}`);
    const hosts = fabric.state.hosts;
    expect(await destinations()).toContain('20.0.0.2 10.89.0.13');
    await fabric.tell({ hosts: [{ address: '20.0.0.2', node: 'c1-b', cluster: 'c1' }] });
    expect(await destinations()).toContain('20.0.0.2 10.89.0.12');
    await fabric.tell({ hosts: [] });
    expect((await destinations()).filter((line) => line.startsWith('20.0.0.'))).toEqual(['20.0.0.0/24 nowhere']);
    await fabric.tell({ hosts });
    expect(central.log).toEqual([]);
  });

  test('taking a pod away takes its interfaces, also twice and also when its namespace is gone', async () => {
    const pod = await fabric.addPod(central, 'plain', 'brief', 9);
    const record = central.records.get(pod.containerId)!;
    await central.dataplane.detach(record);
    await central.dataplane.detach(record);
    const { stdout } = await run('/usr/bin/nsenter', [`--net=${central.netns}`, '/usr/sbin/ip', '-br', 'link']);
    expect(stdout).not.toContain(record.interfaces[0]!.host);
    expect(central.records.get(pod.containerId)).toBeUndefined();
  });

  test('an interface that cannot be made leaves nothing behind', async () => {
    const links = async () => (await run('/usr/bin/nsenter', [`--net=${central.netns}`, '/usr/sbin/ip', '-br', 'link'])).stdout;
    const before = await links();
    await expect(
      central.dataplane.attach({
        containerId: 'broken',
        netns: pods.plain.netns,
        namespace: 'plain',
        name: 'broken',
        uid: 'broken',
        interfaces: ['eth8', 'eth8'].map((name, index) => ({
          network: 'n',
          name,
          addresses: ['10.233.11.77/24'],
          gateways: ['10.233.11.1'],
          mac: `02:00:00:00:00:0${index}`,
          host: `podbroken${index}`,
          virtual: false,
        })),
      }),
    ).rejects.toThrow(/ip .*-batch/);
    expect(await links()).toBe(before);
    expect(central.records.get('broken')).toBeUndefined();
  });
});
