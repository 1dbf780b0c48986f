import { expect, test } from '@jest/globals';
import { labClusters } from '../../../lab/kind/clusters.ts';
import { addressScript, type Node } from '../../../lab/kind/nodes.ts';
import { guide } from './fleet.ts';

function node(name: string, v4: string, role: Node['role'] = 'control-plane'): Node {
  return { name, role, running: true, addresses: { v4 } };
}

function script(of: string, change?: (text: string) => string): string {
  const [one, two] = labClusters(guide(change));
  if (!one || !two) throw new Error('the guide has two clusters');
  const servers = [
    { cluster: one, node: node('one', '10.89.0.2') },
    { cluster: two, node: node('two', '10.89.0.3') },
  ];
  return addressScript(
    of === 'two' ? two : one,
    of === 'worker' ? node('worker', '10.89.0.4', 'worker') : node(of, '10.89.0.2'),
    servers,
  );
}

test('a control plane has its declared address and a way to the other one', () => {
  expect(script('one')).toContain('ip address replace 172.27.115.180/32 dev lo\n');
  expect(script('one')).toContain('ip route replace 172.27.115.183 via 10.89.0.3\n');
  expect(script('two')).toContain('ip address replace 172.27.115.183/32 dev lo\n');
  expect(script('two')).toContain('ip route replace 172.27.115.180 via 10.89.0.2\n');
});

test('a worker has ways to both, and its pods dial them as the node', () => {
  expect(script('worker')).toContain('ip route replace 172.27.115.180 via 10.89.0.2\n');
  expect(script('worker')).toContain('ip saddr 10.233.128.0/17 ip daddr { 172.27.115.180, 172.27.115.183 } masquerade');
});

test('only a port other than 6443 is redirected, where it is served', () => {
  const change = (text: string): string => text.replace('172.27.115.180:6443', '172.27.115.180');
  expect(script('one')).not.toContain('redirect');
  expect(script('one', change)).toContain('ip daddr 172.27.115.180 tcp dport 443 redirect to :6443');
  expect(script('two', change)).not.toContain('redirect');
});
