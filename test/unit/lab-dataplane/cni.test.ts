import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { addressPool } from '../../../lab/cn2/dataplane/address-pool.ts';
import { cniRequest, cniResult } from '../../../lab/cn2/dataplane/cni-request.ts';
import { serveCni, somebodyServes } from '../../../lab/cn2/dataplane/cni-server.ts';
import { AGENT_SOCKET, cniProgram, conflist } from '../../../lab/cn2/dataplane/conflist.ts';
import { installCni, markReady } from '../../../lab/cn2/dataplane/install.ts';
import { networkStatus, parseInterfaces } from '../../../lab/cn2/dataplane/interfaces.ts';
import { PodRecords } from '../../../lab/cn2/dataplane/records.ts';
import { attachCommands, decided } from '../../../lab/cn2/dataplane/sandbox.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cn2-cni-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const CALL = {
  CNI_COMMAND: 'ADD',
  CNI_CONTAINERID: 'c0ffee',
  CNI_NETNS: '/var/run/netns/cni-1',
  CNI_IFNAME: 'eth0',
  CNI_ARGS: 'K8S_POD_UID=u-1;IgnoreUnknown=1;K8S_POD_NAME=web;K8S_POD_NAMESPACE=shop',
};

/** Runs the CNI program as the container runtime does. */
async function callProgram(environment: Record<string, string>): Promise<{ code: number; output: string }> {
  const program = join(folder, 'program');
  await writeFile(program, cniProgram().replaceAll(AGENT_SOCKET, join(folder, 'agent.sock')), { mode: 0o755 });
  return await new Promise((resolve) => {
    const child = execFile(program, { env: { PATH: process.env.PATH ?? '', ...environment } }, (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, output: stdout });
    });
    // As for the runtime: a program that ends before it has read everything is judged by its answer.
    child.stdin?.on('error', () => {});
    child.stdin?.end(conflist());
  });
}

describe('the CNI program', () => {
  test('is plain sh', () => {
    execFileSync('sh', ['-n', '-c', cniProgram()]);
  });

  test('passes a call to the agent and gives its result back', async () => {
    const requests: unknown[] = [];
    const server = await serveCni(
      join(folder, 'agent.sock'),
      async (request) => {
        requests.push(request);
        return { cniVersion: '0.4.0', ips: [] };
      },
      () => {},
    );
    try {
      expect(await callProgram(CALL)).toEqual({ code: 0, output: '{"cniVersion":"0.4.0","ips":[]}' });
      expect(requests).toEqual([
        {
          command: 'ADD',
          containerId: 'c0ffee',
          netns: '/var/run/netns/cni-1',
          interfaceName: 'eth0',
          pod: { namespace: 'shop', name: 'web', uid: 'u-1' },
        },
      ]);
      expect(await somebodyServes(join(folder, 'agent.sock'))).toBe(true);
    } finally {
      server.close();
    }
    expect(await somebodyServes(join(folder, 'agent.sock'))).toBe(false);
  });

  test('says why in the words of the specification when the agent refuses', async () => {
    const refuse = async () => {
      throw new Error('no "free" address');
    };
    const server = await serveCni(join(folder, 'agent.sock'), refuse, () => {});
    try {
      const { code, output } = await callProgram(CALL);
      expect(code).toBe(1);
      expect(JSON.parse(output)).toEqual({ cniVersion: '0.4.0', code: 11, msg: 'no "free" address' });
      expect((await callProgram({ ...CALL, CNI_COMMAND: 'DEL' })).code).toBe(0);
    } finally {
      server.close();
    }
  });

  test('without an agent an ADD fails with a sentence and a DEL ends well', async () => {
    const { code, output } = await callProgram(CALL);
    expect(code).toBe(1);
    expect(JSON.parse(output).msg).toMatch(/^the vRouter agent does not answer: curl: /);
    expect(await callProgram({ ...CALL, CNI_COMMAND: 'DEL' })).toEqual({ code: 0, output: '' });
    expect(JSON.parse((await callProgram({ CNI_COMMAND: 'VERSION' })).output).supportedVersions).toContain('0.4.0');
  });

  test('a server that is no agent does not pass for one', async () => {
    const server = createServer((_, answer) => answer.writeHead(502).end('<html>'));
    await new Promise<void>((resolve) => server.listen(join(folder, 'agent.sock'), resolve));
    const { code, output } = await callProgram(CALL);
    server.close();
    expect(code).toBe(1);
    expect(JSON.parse(output).msg).toBe('the vRouter agent does not answer: <html>');
  });
});

test('a call without container or pod is refused', () => {
  expect(() => cniRequest({ 'x-cni-command': 'DEL', 'x-cni-container': '../../etc' })).toThrow('names no container');
  expect(() => cniRequest({ 'x-cni-command': 'ADD', 'x-cni-container': 'c', 'x-cni-netns': '/n' })).toThrow('names no pod');
});

test('the CNI is installed where either node image looks, with nothing else beside it', async () => {
  await installCni(folder);
  for (const programs of ['usr/lib/cni', 'opt/cni/bin']) {
    expect((await stat(join(folder, programs, 'contrail-k8s-cni'))).mode & 0o777).toBe(0o755);
  }
  const configuration = join(folder, 'etc/cni/net.d');
  expect(await readdir(configuration)).toEqual(['10-contrail.conflist']);
  expect(await readdir(join(folder, 'etc/cni'))).toEqual(['net.d']);
  const { plugins } = JSON.parse(await readFile(join(configuration, '10-contrail.conflist'), 'utf8'));
  expect(plugins.map(({ type }: { type: string }) => type)).toEqual(['contrail-k8s-cni', 'portmap']);
  await markReady(folder, true);
  expect(await readdir(join(folder, 'run/cn2-emulator'))).toEqual(['ready']);
  await markReady(folder, false);
  expect(await readdir(join(folder, 'run/cn2-emulator'))).toEqual([]);
});

describe('interfaces', () => {
  const sandbox = { containerId: 'c0ffee', netns: '/run/netns/x' };
  const one = {
    network: 'ns1/vn1',
    name: 'eth1',
    addresses: ['10.0.0.2/24', 'fd10::2/64'],
    gateways: ['10.0.0.1', 'fd10::1'],
  };

  test('a pod in a virtual network gets its own prefix and no default route', () => {
    const { pod, node } = attachCommands({ ...sandbox, interfaces: [decided(sandbox, one, true)] });
    expect(pod).toEqual([
      'link set eth1 up',
      'addr add 10.0.0.2/24 dev eth1 noprefixroute',
      'addr add fd10::2/64 dev eth1 nodad noprefixroute',
      'route add 10.0.0.1/32 dev eth1',
      'route add fd10::1/128 dev eth1',
      'route add 10.0.0.0/24 dev eth1 src 10.0.0.2',
      'route add fd10::/64 via fd10::1 dev eth1 src fd10::2',
    ]);
    expect(node.join('\n')).toMatch(/route replace 10\.0\.0\.2\/32 dev vn[0-9a-f]{11} proto 203/);
    expect(node.join('\n')).toMatch(
      /^link add vn[0-9a-f]{11} mtu 1500 type veth peer name eth1 address 02(:[0-9a-f]{2}){5} netns \/run\/netns\/x$/m,
    );
  });

  test('the default interface has the default route and answers no ARP for others', () => {
    const { pod, nodeSettings } = attachCommands({ ...sandbox, interfaces: [decided(sandbox, { ...one, name: 'eth0' }, false)] });
    expect(pod).toContain('route add 0.0.0.0/0 via 10.0.0.1 dev eth0 src 10.0.0.2');
    expect(pod).toContain('route add ::/0 via fd10::1 dev eth0 src fd10::2');
    expect(Object.keys(nodeSettings).some((key) => key.includes('proxy'))).toBe(false);
  });

  test('a given hardware address is kept, names fit the kernel and differ by sandbox', () => {
    const given = decided(sandbox, { ...one, mac: '02:01:02:03:04:05' }, true);
    expect(given.mac).toBe('02:01:02:03:04:05');
    expect(given.host.length).toBeLessThanOrEqual(15);
    expect(decided({ ...sandbox, containerId: 'other' }, one, true).host).not.toBe(given.host);
  });

  test('the annotation is read strictly: what reaches a root shell is an address', () => {
    const entry = {
      network: 'ns1/vn1',
      interface: 'eth1',
      addresses: ['10.0.0.2/24'],
      gateways: ['10.0.0.1'],
      mac: '02:00:00:00:00:01',
    };
    expect(parseInterfaces(JSON.stringify([entry]))).toEqual([
      { network: 'ns1/vn1', name: 'eth1', addresses: ['10.0.0.2/24'], gateways: ['10.0.0.1'], mac: '02:00:00:00:00:01' },
    ]);
    for (const broken of [
      { ...entry, addresses: [] },
      { ...entry, addresses: ['10.0.0.2/24 dev lo'] },
      { ...entry, gateways: ['gateway'] },
      { ...entry, interface: 'eth1 up\nlink del eth0' },
      { ...entry, network: undefined },
    ]) {
      expect(() => parseInterfaces(JSON.stringify([broken]))).toThrow();
    }
    expect(() => parseInterfaces('{}')).toThrow('is not a list');
  });

  test('network-status names each network with its addresses, the first one as the default', () => {
    expect(
      JSON.parse(
        networkStatus([
          { ...one, network: 'default-podnetwork', name: 'eth0', mac: 'm0' },
          { ...one, mac: 'm1' },
        ]),
      ),
    ).toEqual([
      { name: 'default-podnetwork', interface: 'eth0', ips: ['10.0.0.2', 'fd10::2'], mac: 'm0', default: true },
      { name: 'ns1/vn1', interface: 'eth1', ips: ['10.0.0.2', 'fd10::2'], mac: 'm1', default: false },
    ]);
  });

  test('the result names the default interface’s addresses as the pod’s, further ones only as interfaces', () => {
    const request = cniRequest({ 'x-cni-command': 'DEL', 'x-cni-container': 'c0ffee', 'x-cni-netns': '/n' });
    const result = cniResult(request, [decided(sandbox, { ...one, name: 'eth0' }, false), decided(sandbox, one, true)]) as {
      interfaces: { name: string }[];
      ips: { interface: number; address: string; gateway: string }[];
    };
    expect(result.ips.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
      '10.0.0.2/24 10.0.0.1',
      'fd10::2/64 fd10::1',
    ]);
    expect(result.ips.map((ip) => result.interfaces[ip.interface]?.name)).toEqual(['eth0', 'eth0']);
    expect(result.interfaces).toHaveLength(4);
  });
});

describe('the address pool', () => {
  test('hands out addresses in turn, skips what is in use and begins again at the end', () => {
    const pool = addressPool(['10.0.0.0/29', 'fd00::/125']);
    const first = pool.take([]);
    expect(first).toEqual({ addresses: ['10.0.0.2/29', 'fd00::2/125'], gateways: ['10.0.0.1', 'fd00::1'] });
    expect(pool.take(['10.0.0.3/29']).addresses).toEqual(['10.0.0.4/29', 'fd00::3/125']);
    expect(pool.take([]).addresses[0]).toBe('10.0.0.5/29');
    expect(pool.take([]).addresses[0]).toBe('10.0.0.6/29');
    expect(pool.take(['10.0.0.2/29']).addresses[0]).toBe('10.0.0.3/29'); // .7 is the broadcast address
  });

  test('says so when it is empty', () => {
    const used = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6'];
    expect(() => addressPool(['10.0.0.0/29']).take(used)).toThrow('no free address in 10.0.0.0/29');
  });

  test('goes on behind what was given before a restart', () => {
    expect(addressPool(['10.0.0.0/24'], ['10.0.0.7/24', 'fd00::9/64']).take([]).addresses).toEqual(['10.0.0.8/24']);
  });
});

describe('records', () => {
  const record = { containerId: 'c', netns: '', namespace: 'a', name: 'p', uid: 'u', interfaces: [] };

  test('outlive the agent; those of sandboxes that are gone are given back once', async () => {
    const { records } = await PodRecords.open(folder);
    await records.put({ ...record, netns: folder });
    await records.put({ ...record, containerId: 'd', netns: join(folder, 'gone') });
    await writeFile(join(folder, 'e.json'), '{"containerId": "e"');
    const again = await PodRecords.open(folder);
    expect(again.records.all().map(({ containerId }) => containerId)).toEqual(['c']);
    expect(again.gone.map(({ containerId }) => containerId)).toEqual(['d']);
    expect(await readdir(folder)).toEqual(['c.json']);
    expect((await PodRecords.open(folder)).gone).toEqual([]);
    await again.records.remove('c');
    expect(await readdir(folder)).toEqual([]);
  });
});
