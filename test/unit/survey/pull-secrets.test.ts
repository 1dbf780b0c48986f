import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { judgePullSecrets } from '../../../src/survey/pull-secrets.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';
import { wanted } from '../../support/live-state.ts';

const { fleet } = guideDeclaration();

function said(declaredAt: string): string[] {
  const pod: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'ns1' },
    spec: { containers: [{ name: 'a', image: 'elsewhere.example/own/a:1' }] },
  };
  const { manifest } = wanted(fleet!, 'cluster2', '95-extra', pod);
  const pullSecrets = new Map([['cluster2', JSON.stringify({ auths: { 'hub.juniper.net': { auth: btoa('a:b') } } })]]);
  return judgePullSecrets(fleet!, [{ ...manifest, declaredAt }], { findings: [], pullSecrets }).map(({ message }) => message);
}

test('the pull secret logs in to the registries of CN2; images of one’s own may come from any other', () => {
  expect(said('/distributed/0')).toEqual(['the pull secret does not name the registry elsewhere.example']);
  expect(said('/extra/0')).toEqual([]);
});
