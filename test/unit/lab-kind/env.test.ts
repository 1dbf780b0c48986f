import { describe, expect, test } from '@jest/globals';
import { labClusters } from '../../../lab/kind/clusters.ts';
import { envLines, labCredentials, labPullSecret } from '../../../lab/kind/env.ts';
import { nodeCredentials } from '../../../src/adapters/node/credentials.ts';
import { guide } from './fleet.ts';

const KUBECONFIGS = { cluster1: 'one: 1\n', cluster2: 'two: 2\n' };

function lines(change?: (text: string) => string): string[] {
  const fleet = guide(change);
  return envLines(labCredentials(fleet, labClusters(fleet), KUBECONFIGS, labPullSecret(['lab.local'])));
}

function decoded(line: string | undefined): string {
  return Buffer.from(String(line).replace(/^export \w+=/, ''), 'base64').toString();
}

describe('lab env', () => {
  test('exports exactly the variables of the declaration', () => {
    expect(lines().map((line) => line.replace(/=.*/s, ''))).toEqual([
      'export CN2_PULL_SECRET',
      'export KUBECONFIG_CLUSTER1',
      'export KUBECONFIG_CLUSTER2',
    ]);
    expect(lines().map(decoded).slice(1)).toEqual(['one: 1\n', 'two: 2\n']);
  });

  test('gives the central cluster for its handover', () => {
    const found = lines((text) =>
      text.replace('KUBECONFIG_CLUSTER1}', 'KUBECONFIG_CLUSTER1}\n  handover: {env: CENTRAL_FOR_DISTRIBUTED}'),
    );
    expect(decoded(found.find((line) => line.startsWith('export CENTRAL_FOR_DISTRIBUTED=')))).toBe('one: 1\n');
  });

  test('has a pull secret that is a docker configuration with the registry of the mirror', async () => {
    const [line = ''] = lines();
    const [, name = '', value = ''] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
    const read = await nodeCredentials('/', { [name]: value }).resolve({ env: name });
    expect(read.status === 'ok' && JSON.parse(read.value)).toEqual({
      auths: { 'lab.local': { username: 'lab', password: 'lab', auth: Buffer.from('lab:lab').toString('base64') } },
    });
  });

  test('refuses one variable for two clusters', () => {
    expect(() => lines((text) => text.replace('KUBECONFIG_CLUSTER2', 'KUBECONFIG_CLUSTER1'))).toThrow(
      'KUBECONFIG_CLUSTER1 is declared for cluster1: kubeconfig and for cluster2: kubeconfig',
    );
  });

  test('names files as comments and exports nothing for them', () => {
    const found = lines((text) => text.replace('{env: KUBECONFIG_CLUSTER2}', '{file: secrets/two.yaml}'));
    expect(found).toHaveLength(3);
    expect(found[2]).toMatch(/^# cluster2: kubeconfig .*secrets\/two\.yaml/);
  });
});
