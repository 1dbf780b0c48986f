import { describe, expect, test } from '@jest/globals';
import { clusterReference } from '../../../src/verbs/import/references.ts';

const local = (path: string) => `../${path}`;
const read = (text: string) => clusterReference('distributed', text, local);

describe('clusters on the command line', () => {
  test.each([
    ['cluster2=env:KUBECONFIG_CLUSTER2', { name: 'cluster2', kubeconfig: { env: 'KUBECONFIG_CLUSTER2' } }],
    ['cluster2=env:NAME#admin@one', { name: 'cluster2', kubeconfig: { env: 'NAME', context: 'admin@one' } }],
    ['cluster2=kube/config', { name: 'cluster2', kubeconfig: { file: '../kube/config' } }],
    ['cluster2=/root/.kube/config#other', { name: 'cluster2', kubeconfig: { file: '/root/.kube/config', context: 'other' } }],
    ['cluster2=file:env:odd', { name: 'cluster2', kubeconfig: { file: '../env:odd' } }],
    ['/etc/kube=config', { kubeconfig: { file: '/etc/kube=config' } }],
    ['env:A', { kubeconfig: { env: 'A' } }],
  ])('%s', (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });

  test.each(['', 'cluster2=', 'cluster2=env:', 'cluster2=env:A-B', 'cluster2=file:', 'cluster2=path#', 'Cluster2=path', '=path'])(
    'refused: "%s"',
    (text) => {
      expect(() => read(text)).toThrow(/^--distributed /);
    },
  );
});
