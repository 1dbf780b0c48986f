import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { crdFiles } from '../../../lab/cn2/crds/files.ts';
import { crdFolders } from '../../../lab/cn2/crds/write.ts';

const FOLDER = join(import.meta.dirname, '../../../lab/cn2/crds');

test.each(Object.entries(crdFolders()))('folder %s holds what lab/cn2/crds/write.ts would write', (folder, files) => {
  const names = readdirSync(join(FOLDER, folder)).sort();
  expect(names).toEqual(Object.keys(files).sort());
  for (const name of names) expect(readFileSync(join(FOLDER, folder, name), 'utf8')).toBe(files[name]);
});

describe('the kinds of a release', () => {
  test('a distributed cluster has no core kinds', () => {
    expect(Object.keys(crdFiles('22.2.0.93').crd).some((name) => name.startsWith('core.'))).toBe(true);
    expect(Object.keys(crdFiles('22.2.0.93').distributedCrd).some((name) => name.startsWith('core.'))).toBe(false);
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
