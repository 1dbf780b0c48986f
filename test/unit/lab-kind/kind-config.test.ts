import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type LabCluster, labClusters } from '../../../lab/kind/clusters.ts';
import { kindConfig, nodeMask } from '../../../lab/kind/kind-config.ts';
import { guide } from './fleet.ts';

function golden(name: string): string {
  return readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');
}

function patches(config: string): Record<string, unknown>[] {
  return (parse(config) as { kubeadmConfigPatches: string[] }).kubeadmConfigPatches.map((text) => parse(text));
}

describe('kind configuration', () => {
  const [central, distributed] = labClusters(guide()) as [LabCluster, LabCluster];

  test('of the central cluster of the guide, on the own image', () => {
    expect(kindConfig(central, { ownImage: true })).toBe(golden('cluster1.yaml'));
  });

  test('of the distributed cluster of the guide, on the official image with an audit log', () => {
    expect(kindConfig(distributed, { ownImage: false, auditFolder: '/lab/audit/cluster2' })).toBe(golden('cluster2-audit.yaml'));
  });

  test('gives declared workers', () => {
    const fleet = guide((text) => text.replace('    index: 0\n', '    index: 0\n    lab: {workers: 2}\n'));
    const config = parse(kindConfig(labClusters(fleet)[1] as LabCluster, { ownImage: true })) as { nodes: { role: string }[] };
    expect(config.nodes.map(({ role }) => role)).toEqual(['control-plane', 'worker', 'worker']);
  });

  test('is of one family where one is declared, and names the mask without a family', () => {
    const fleet = guide((text) => text.replaceAll(/, "fd[^"]*"\]/g, ']'));
    const config = kindConfig(labClusters(fleet)[0] as LabCluster, { ownImage: true });
    expect(parse(config)).toMatchObject({ networking: { ipFamily: 'ipv4', podSubnet: '10.233.128.0/17' } });
    expect(patches(config)[0]).toMatchObject({
      controllerManager: { extraArgs: [{ name: 'node-cidr-mask-size', value: '24' }] },
    });
  });

  test('writes subnets canonical and IPv4 first, whatever their order in the declaration', () => {
    const [cluster] = labClusters(
      guide((text) =>
        text.replace('[10.233.128.0/17, "fd85:ee78:d8a6:8607::1:0/112"]', '["fd85:ee78:d8a6:8607::0001:0/112", 10.233.128.0/17]'),
      ),
    );
    expect(parse(kindConfig(cluster as LabCluster, { ownImage: true }))).toMatchObject({
      networking: { ipFamily: 'dual', podSubnet: '10.233.128.0/17,fd85:ee78:d8a6:8607::1:0/112' },
    });
  });
});

describe('declared server', () => {
  test('may be IPv6 and have no port', () => {
    const fleet = guide((text) => text.replace('https://172.27.115.183:6443', '"https://[fd00:0::7]"'));
    expect(labClusters(fleet)[1]?.server).toEqual({ url: 'https://[fd00:0::7]', address: 'fd00::7', family: 'v6', port: 443 });
  });

  test('that is a name cannot be given to a node', () => {
    const fleet = guide((text) => text.replace('https://172.27.115.183:6443', 'https://api.example.org:6443'));
    expect(() => labClusters(fleet)).toThrow(/cluster2: .*api\.example\.org.*IP address/);
  });
});

test.each([
  ['10.233.128.0/17', 1, 24],
  ['10.0.0.0/24', 1, 24],
  ['10.0.0.0/24', 3, 26],
  ['10.0.0.0/6', 1, 22],
  ['fd85:ee78:d8a6:8607::1:0/112', 1, 120],
  ['fd85::/56', 3, 64],
  ['fd85::/120', 1, 126],
])('a node of %s with %i nodes gets a /%i', (subnet, nodes, mask) => {
  expect(nodeMask(subnet, nodes)).toBe(mask);
});
