import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { crdFiles } from '../../../lab/cn2/crds/files.ts';

test('every file of a folder is in its kustomization', () => {
  for (const files of Object.values(crdFiles('23.4'))) {
    const { 'kustomization.yaml': list = '', ...kinds } = files;
    expect((parse(list) as { resources: string[] }).resources).toEqual(Object.keys(kinds).sort());
  }
});

describe('the kinds of a release', () => {
  test('the crd loaders have no core kinds, the API server of the core kinds has nothing else', () => {
    const { crd, core } = crdFiles('22.2.0.93');
    const isCore = (name: string) => name.startsWith('core.contrail.juniper.net_');
    expect(Object.keys(crd).filter(isCore)).toEqual([]);
    expect(Object.keys(core).filter((name) => !isCore(name))).toEqual(['kustomization.yaml']);
    expect(Object.keys(core)).toContain('core.contrail.juniper.net_virtualnetworks.yaml');
  });

  test('certificates come with 22.4', () => {
    const name = 'configplane.juniper.net_contrailcertificatemanagers.yaml';
    expect(crdFiles('22.3.0.71').crd[name]).toBeUndefined();
    expect(crdFiles('22.4.0.284').crd[name]).toBeDefined();
  });

  test('23.3 serves configplane in two versions, and only v1 isolates namespaces', () => {
    const text = crdFiles('23.3.0.180').crd['configplane.juniper.net_kubemanagers.yaml'] ?? '';
    expect(text.match(/^ {4}- name: v1(alpha1)?$/gm)).toHaveLength(2);
    expect(text.match(/isolateNamespaces/g)).toHaveLength(1);
  });

  test('an image tag of no release is refused', () => {
    expect(() => crdFiles('24.9.1')).toThrow('24.9.1');
  });
});
