import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { breakage, type Strayed } from '../../../src/diagnosis/affected.ts';
import { neededBy } from '../../../src/diagnosis/needed.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { pathTitle } from '../../../src/report/diagnose-words.ts';
import { guideDeclaration } from '../../support/guide-fleet.ts';

const fleet = guideDeclaration(readFileSync(new URL('../../../examples/guide/clusters.yaml', import.meta.url), 'utf8')).fleet!;
const breaks = breakage(fleet);
const router = neededBy(fleet).routers.find(({ object }) => object.metadata.name === 'vnr1')!.object;
const BOTH = ['cluster1 ns1/vn1 → cluster2 ns1/vn2 IPv4', 'cluster2 ns1/vn2 → cluster1 ns1/vn1 IPv4'];

const strayed = (live: KubernetesObject | undefined): Strayed => ({
  ...{ cluster: 'cluster1', kind: 'VirtualNetworkRouter', namespace: 'ns1', name: 'vnr1' },
  live,
});

describe('what drift breaks', () => {
  test('a router that is gone, or has lost the label by which it is imported, breaks its paths', () => {
    expect(breaks(strayed(undefined)).map(pathTitle)).toEqual(BOTH);
    expect(breaks(strayed({ ...router, metadata: { ...router.metadata, labels: {} } })).map(pathTitle)).toEqual(BOTH);
  });

  test('one that has a label more, or whose state is not known, breaks none', () => {
    const labels = { ...router.metadata.labels, more: 'x' };
    expect(breaks(strayed({ ...router, metadata: { ...router.metadata, labels }, status: {} }))).toEqual([]);
  });

  test('a namespace of a distributed cluster counts as its mirror', () => {
    const namespace = (labels: Record<string, string>): Strayed => ({
      ...{ cluster: 'cluster2', kind: 'Namespace', name: 'ns1' },
      live: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ns1', labels } },
    });
    expect(breaks(namespace({})).map(pathTitle)).toEqual(BOTH);
    expect(breaks(namespace({ ns: 'cluster2-ns1' }))).toEqual([]);
  });

  test('what no path needs breaks none', () => {
    expect(breaks({ ...strayed(undefined), name: 'other' })).toEqual([]);
    expect(breaks({ cluster: 'cluster1', kind: 'Namespace', name: 'elsewhere', live: undefined })).toEqual([]);
  });
});
