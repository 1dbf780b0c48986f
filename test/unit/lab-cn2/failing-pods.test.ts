import { expect, test } from '@jest/globals';
import type { KubeClient } from '../../../lab/cn2/control/client.ts';
import { failingPods } from '../../../lab/cn2/control/failing-pods.ts';

interface Pod {
  metadata: { namespace: string; name: string };
  status: object;
}

function pod(name: string, status: object): Pod {
  return { metadata: { namespace: 'kube-system', name }, status };
}

/** A cluster with these pods whose containers wrote these lines, in the run before and in this one. */
function cluster(pods: Pod[], written: Record<string, string> = {}): KubeClient {
  return {
    list: async () => ({ items: pods, resourceVersion: '1' }),
    text: async (_: string, path: string) => {
      const found = written[path];
      if (found === undefined) throw new Error('previous terminated container not found');
      return found;
    },
  } as unknown as KubeClient;
}

const log = (name: string, container: string) =>
  `/api/v1/namespaces/kube-system/pods/${name}/log?container=${container}&tailLines=1`;

test('a container that keeps ending is named with the last line of the run before', async () => {
  const proxy = pod('kube-proxy-x', {
    containerStatuses: [{ name: 'kube-proxy', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
  });
  const written = {
    [`${log('kube-proxy-x', 'kube-proxy')}&previous=true`]: 'Error: too many open files\n',
    [log('kube-proxy-x', 'kube-proxy')]: 'starting\n',
  };
  expect(await failingPods(cluster([proxy], written))).toEqual([
    'pod kube-system/kube-proxy-x, container kube-proxy: CrashLoopBackOff, its last line: Error: too many open files',
  ]);
});

test('an init container that failed, and an image that is not there', async () => {
  const pods = [
    pod('a', { initContainerStatuses: [{ name: 'init', state: { terminated: { exitCode: 2, reason: 'Error' } } }] }),
    pod('b', {
      containerStatuses: [
        { name: 'main', state: { waiting: { reason: 'ErrImageNeverPull', message: 'image x is not present' } } },
      ],
    }),
  ];
  expect(await failingPods(cluster(pods, { [log('a', 'init')]: 'no such kind' }))).toEqual([
    'pod kube-system/a, container init: ended with 2 (Error), its last line: no such kind',
    'pod kube-system/b, container main: image x is not present',
  ]);
});

test('what runs, is starting or has done its work is not named', async () => {
  const pods = [
    pod('runs', { containerStatuses: [{ name: 'main', state: { running: {} }, lastState: { terminated: { exitCode: 1 } } }] }),
    pod('starting', { containerStatuses: [{ name: 'main', state: { waiting: { reason: 'ContainerCreating' } } }] }),
    pod('done', { containerStatuses: [{ name: 'main', state: { terminated: { exitCode: 0, reason: 'Completed' } } }] }),
    pod('pending', {}),
  ];
  expect(await failingPods(cluster(pods))).toEqual([]);
});

test('a cluster that does not answer has none to name', async () => {
  const gone = { list: () => Promise.reject(new Error('connection refused')) } as unknown as KubeClient;
  expect(await failingPods(gone)).toEqual([]);
});
