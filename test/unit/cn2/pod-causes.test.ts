import { expect, test } from '@jest/globals';
import { podCauses } from '../../../src/cn2/pod-causes.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

/** A pod with one container that waits; `init`: it is an init container. */
function waiting(name: string, node: string, reason: string, message: string, { init = false, image = 'r/i:1' } = {}) {
  const list = [{ name: 'c', image, state: { waiting: { reason, message } }, lastState: { terminated: { exitCode: 3 } } }];
  const status = { [init ? 'initContainerStatuses' : 'containerStatuses']: list };
  return pod(name, { nodeName: node }, status);
}

function pod(name: string, spec: object, status: unknown): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'contrail' }, spec, status } as KubernetesObject;
}

test('a lost resolver is named before what it causes, with its nodes', () => {
  const lookup = (server: string) =>
    `failed to pull and unpack image "r/i:1": dial tcp: lookup registry.example.org on ${server}: server misbehaving`;
  expect(
    podCauses([
      waiting('crashed', 'n1', 'CrashLoopBackOff', 'back-off 5m0s'),
      waiting('b', 'n2', 'ErrImagePull', lookup('127.0.0.53:53')),
      waiting('a', 'n1', 'ErrImagePull', lookup('127.0.0.53:53'), { init: true }),
    ]),
  ).toEqual([
    `names are not resolved (the resolver of a node can be lost when vhost0 takes its interface; see /etc/resolv.conf) on n1, n2 (Pod contrail/b: ${lookup('127.0.0.53:53')})`,
    'container c of Pod contrail/crashed does not run: CrashLoopBackOff, exit code 3 on n1 (back-off 5m0s)',
  ]);
});

test.each([
  'dial tcp: lookup registry.example.org: no such host',
  'dial tcp: lookup registry.example.org on 10.0.0.2:53: read udp 10.0.0.3:4->10.0.0.2:53: i/o timeout',
  'lookup registry.example.org on [::1]:53: read udp: connection refused',
  'Temporary failure in name resolution',
])('a resolver fails so: %s', (message) => {
  expect(podCauses([waiting('p', 'n1', 'ImagePullBackOff', message)])[0]).toMatch(/^names are not resolved/);
});

test.each(['unauthorized: authentication required', 'dial tcp 192.0.2.1:443: i/o timeout', 'manifest unknown'])(
  'and a registry so: %s',
  (message) => {
    expect(podCauses([waiting('p', 'n1', 'ErrImagePull', message)])).toEqual([
      `image r/i:1 cannot be pulled on n1 (Pod contrail/p: ${message})`,
    ]);
  },
);

test('one image on many nodes is one cause', () => {
  const pods = ['n1', 'n2', 'n3', 'n4', 'n5'].map((node) => waiting(`p-${node}`, node, 'ImagePullBackOff', 'denied'));
  expect(podCauses(pods)).toEqual(['image r/i:1 cannot be pulled on n1, n2, n3 and 2 more (Pod contrail/p-n1: denied)']);
});

test('a pod that fits on no node says why', () => {
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/2 nodes are available' }];
  expect(podCauses([pod('p', {}, { conditions })])).toEqual(['no node takes Pod contrail/p (0/2 nodes are available)']);
});

test('pods that start, run or have ended are no cause, whatever their status holds', () => {
  const running = { containerStatuses: [{ name: 'c', state: { running: {} }, ready: true }] };
  const statuses = [running, undefined, null, 'x', { containerStatuses: 'x', conditions: 5 }, { containerStatuses: [null, 3] }];
  expect(podCauses(statuses.map((status, index) => pod(`p${index}`, {}, status)))).toEqual([]);
  expect(podCauses([waiting('p', 'n1', 'ContainerCreating', ''), waiting('q', 'n1', 'PodInitializing', '')])).toEqual([]);
});

test('of a long message the end is shown', () => {
  const [cause = ''] = podCauses([waiting('p', 'n1', 'ErrImagePull', `${'x'.repeat(5000)} 403 Forbidden`)]);
  expect(cause.length).toBeLessThan(400);
  expect(cause).toContain('403 Forbidden');
});
