import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { addressesOf } from '../../../src/probe/addresses.ts';
import { runLabel } from '../../../src/probe/marks.ts';
import { judgePod } from '../../../src/probe/pod-state.ts';
import type { Probe } from '../../../src/probe/probes.ts';
import { network } from '../../support/smoke-fleet.ts';

const plain: Probe = {
  endpoint: { cluster: 'c', network: 'default' },
  cluster: 'c',
  namespace: 'cn2-fleet-smoke',
  pod: 'p',
  families: ['v4'],
};
const declared = network('c/ns1/vn1', '10.0.0.0/24', 'fd00::/64');
const inNetwork: Probe = {
  ...plain,
  endpoint: { cluster: 'c', network: 'ns1/vn1' },
  namespace: 'ns1',
  families: ['v4', 'v6'],
  network: { declared, centralName: 'K-ns1/vn1' },
};

function pod(status: object, networkStatus?: unknown): KubernetesObject {
  const text = typeof networkStatus === 'string' ? networkStatus : JSON.stringify(networkStatus);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', annotations: networkStatus === undefined ? {} : { 'k8s.v1.cni.cncf.io/network-status': text } },
    spec: { nodeName: 'n1' },
    status,
  };
}

const running = {
  phase: 'Running',
  containerStatuses: [{ state: { running: {} } }],
  podIPs: [{ ip: '10.234.129.0' }, { ip: 'fd85::1' }],
};
const container = (state: object) => ({ phase: 'Pending', containerStatuses: [{ state }] });

describe('a probe pod', () => {
  test('is ready when it runs and its addresses are known', () => {
    expect(judgePod(pod(running), plain)).toEqual({ state: 'ready', addresses: { v4: '10.234.129.0', v6: 'fd85::1' } });
    expect(judgePod(pod(running, [{ name: 'K-ns1/vn1', ips: ['10.0.0.3', 'fd00::3'] }]), inNetwork)).toEqual({
      state: 'ready',
      addresses: { v4: '10.0.0.3', v6: 'fd00::3' },
    });
  });

  test('runs, but its address in the network is not there yet', () => {
    expect(judgePod(pod(running, [{ name: 'K-ns1/vn1', ips: ['10.0.0.3'] }]), inNetwork)).toEqual({
      state: 'starting',
      detail: 'no IPv6 address in K-ns1/vn1 yet on node n1',
    });
    expect(judgePod(pod({ ...running, podIPs: [] }), plain).state).toBe('starting');
  });

  test.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'CreateContainerConfigError'])(
    '%s is final, with node and message',
    (reason) => {
      expect(judgePod(pod(container({ waiting: { reason, message: 'manifest\n\u001b[2J  unknown' } })), plain)).toEqual({
        state: 'failed',
        reason: `${reason} on node n1: manifest [2J unknown`,
      });
    },
  );

  test.each(['ContainerCreating', 'PodInitializing'])('%s is not', (reason) => {
    expect(judgePod(pod(container({ waiting: { reason } })), plain)).toEqual({
      state: 'starting',
      detail: `${reason} on node n1`,
    });
  });

  test('routes that could not be added say what ip said', () => {
    const status = {
      phase: 'Failed',
      initContainerStatuses: [
        { state: { terminated: { exitCode: 1, reason: 'Error', message: 'RTNETLINK answers: Operation not permitted\n' } } },
      ],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    };
    expect(judgePod(pod(status), plain)).toEqual({
      state: 'failed',
      reason: 'the probe could not be set up on node n1: RTNETLINK answers: Operation not permitted',
    });
  });

  test.each([
    [
      'a program of another architecture',
      { terminated: { exitCode: 255, reason: 'Error', message: 'exec /usr/bin/sh: exec format error' } },
    ],
    ['one that the runtime could not start', { waiting: { reason: 'RunContainerError', message: 'runc: exec format error' } }],
    [
      'an image without the node’s platform',
      { waiting: { reason: 'ErrImagePull', message: 'no match for platform in manifest' } },
    ],
  ])('%s: the image is for another platform, which is said', (_, state) => {
    const { message } = Object.values(state)[0]!;
    expect(judgePod(pod(container(state)), plain)).toEqual({
      state: 'failed',
      reason: `the probe image is made for another platform on node n1: ${message}`,
    });
  });

  test.each([
    ['no shell', 'exec: "sh": executable file not found in $PATH: unknown', 'StartError'],
    ['no ip', 'routes: line 3: ip: not found', 'Error'],
  ])('an image with %s says what it lacks', (_, message, reason) => {
    const status = { phase: 'Failed', initContainerStatuses: [{ state: { terminated: { exitCode: 128, reason, message } } }] };
    expect(judgePod(pod(status), plain)).toEqual({
      state: 'failed',
      reason: `the probe could not be set up on node n1: ${message}`,
    });
  });

  test('that has finished its init container goes on', () => {
    const done = { initContainerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }] };
    expect(judgePod(pod({ ...running, ...done }), plain).state).toBe('ready');
  });

  test('that ran into its deadline, was evicted or deleted has failed', () => {
    expect(judgePod(pod({ phase: 'Failed', reason: 'DeadlineExceeded' }), plain)).toEqual({
      state: 'failed',
      reason: 'the probe ended on node n1: DeadlineExceeded',
    });
    const gone = pod(running);
    gone.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(judgePod(gone, plain)).toEqual({ state: 'failed', reason: 'the probe was deleted on node n1' });
  });

  test('without any status is starting', () => {
    expect(judgePod({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, plain)).toEqual({
      state: 'starting',
      detail: 'Pending',
    });
  });
});

describe('addresses', () => {
  test('a name of another shape: the declared CIDR decides; addresses outside of it never count', () => {
    const status = [
      { name: 'x', ips: ['10.9.9.9'], default: true },
      { name: 'vn1', ips: ['10.0.0.7/24', '192.0.2.1'] },
    ];
    expect(addressesOf(pod(running, status), inNetwork)).toEqual({ v4: '10.0.0.7' });
  });

  test.each([
    '',
    '{',
    'null',
    '[null, 1, "x", {"ips": 3}, {"ips": [null, 5]}]',
    '{"a": 1}',
    '[{"name":"K-ns1/vn1","ips":["-c 5","$(x)","10.0.0.300"]}]',
  ])('the annotation is foreign text: %s', (text) => {
    expect(addressesOf(pod(running, text), inNetwork)).toEqual({});
  });
});

test('run ids become labels and names', () => {
  expect(runLabel('Run_42')).toBe('run-42');
  expect(runLabel('--')).toBe('run');
  expect(runLabel(`${'x'.repeat(29)}_y`)).toBe('x'.repeat(29));
});
