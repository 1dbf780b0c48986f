import { beforeEach, describe, expect, test } from '@jest/globals';
import { parseCommandLine } from '../../../src/cli/arguments.ts';
import { CORE } from '../../../src/cn2/names.ts';
import type { ImportedCluster } from '../../../src/commands/import.ts';
import { existingDeclaration } from '../../../src/commands/import-existing.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { type ImportWorld, imported, importWorld, plannedChanges } from '../../support/import-world.ts';
import { memoryCn2 } from '../../support/memory-cn2.ts';
import { memoryFiles } from '../../support/memory-files.ts';
import { OPTIONS } from '../../support/ports.ts';

/** The guide as somebody keeps it: what runs beside it is not in it. */
const KEPT = replaced(GUIDE, 'namespaces:\n', 'namespaces: # ours\n').replace(
  'networks:\n',
  '# The networks of the first day.\nnetworks:\n',
);

const MORE = `${GUIDE.replace(
  'namespaces:\n',
  'namespaces:\n  - {cluster: cluster2, name: late, isolated: true, labels: {ns: late}}\n',
)
  .replace(
    '\nnetworks:\n',
    '\nnetworks:\n  - {cluster: cluster2, namespace: late, name: vn3, labels: {vn: vn3}, v4: {cidr: 30.0.0.0/24}}\n',
  )
  .trimEnd()}
  - name: late
    type: mesh
    networks: [cluster2/late/vn3, cluster1/ns1/default-podnetwork]
`;

const ROUTE_TABLE: KubernetesObject = {
  apiVersion: `${CORE}/v1alpha1`,
  kind: 'RouteTable',
  metadata: { namespace: 'ns1', name: 'static' },
  spec: { routes: { route: [{ prefix: '0.0.0.0/0', nextHop: '10.0.0.9' }] } },
};

let world: ImportWorld;

beforeEach(async () => {
  world = await importWorld(MORE, { more: { cluster1: [ROUTE_TABLE] } });
});

async function merged(text: string, files: Record<string, string> = {}, distributed?: ImportedCluster[]) {
  const folder = { ...world.vendorFiles, ...files, 'clusters.yaml': text };
  const merge = await existingDeclaration(memoryFiles(folder), OPTIONS);
  return imported(world, {
    files: { ...files, 'clusters.yaml': text },
    merge,
    ...(distributed === undefined ? {} : { distributed }),
  });
}

describe('what is found is added to a declaration', () => {
  test('its comments and order stay, and a plan adopts', async () => {
    const { document, files, writes, conditions } = await merged(KEPT);
    expect([conditions, document.remaining, writes]).toEqual([[], [], []]);
    const text = files['clusters.yaml']!;
    // Every line that was there is there, in its order.
    let at = 0;
    for (const line of KEPT.trimEnd().split('\n')) {
      const found = text.indexOf(`${line}\n`, at);
      expect([line, found >= at]).toEqual([line, true]);
      at = found + line.length;
    }
    expect(text).toContain('  - {cluster: cluster2, name: late, isolated: true, labels: {ns: late}}\n');
    expect(document.counts).toEqual({ namespaces: 1, networks: 1, connections: 1, extra: 1, patches: 0 });
    expect(document.written).toEqual(['clusters.yaml', 'extra/cluster1/routetable.ns1.static.yaml']);
    const planned = await plannedChanges(world, files);
    expect([planned.others, planned.errors]).toEqual([[], []]);
  });

  test('a file that nobody has declared is not declared along with its folder', async () => {
    const files = { 'extra/cluster1/junk.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: junk, namespace: ns1}\n' };
    await expect(merged(KEPT, files)).rejects.toThrow('extra/cluster1 holds files already (extra/cluster1/junk.yaml)');
  });

  test('a second time there is nothing new', async () => {
    const first = await merged(KEPT);
    const { 'clusters.yaml': text = '', ...files } = first.files;
    const { document, files: after, conditions } = await merged(text, files);
    expect([conditions, document.written, document.findings.filter(({ severity }) => severity === 'error')]).toEqual([
      [],
      [],
      [],
    ]);
    expect(after['clusters.yaml']).toBe(text);
  });

  test('a router that joins one of a declared connection is left to its owner', async () => {
    const half = replaced(
      MORE,
      'networks: [cluster2/late/vn3, cluster1/ns1/default-podnetwork]',
      'networks: [cluster2/late/vn3, cluster1/ns1/vn1]',
    ).replace(
      /routers: \{cluster1\/ns1\/vn1: vnr1, .*\}/,
      'routers: {cluster1/ns1/vn1: {name: vnr1, labels: {vnr: vnr1}}, cluster2/ns1/vn2: vnr2}',
    );
    const shared = `${half.trimEnd()}\n    routers: {cluster1/ns1/vn1: {name: vnr1, labels: {vnr: vnr1}}}\n`;
    world = await importWorld(shared);
    const { document } = await merged(KEPT);
    expect(document.findings.map(({ message }) => message)).toContainEqual(
      'VirtualNetworkRouter kubemanager-cluster2-cluster2-late/late-vn3 is connected with routers of a connection that is declared: it is not added',
    );
    expect(document.counts.connections).toBe(0);
  });

  test('a declaration with errors is not added to', async () => {
    await expect(merged(replaced(KEPT, 'index: 0', 'index: -1'))).rejects.toThrow(
      'clusters.yaml has errors: nothing can be added to it',
    );
  });

  test('a declared cluster that is not attached yet is no fault', async () => {
    const third =
      '  - {name: cluster3, index: 1, kubeconfig: {env: KUBECONFIG_CLUSTER3}, server: "https://172.27.115.186:6443", podSubnets: [10.235.128.0/17], serviceSubnets: [10.235.0.0/17]}\n';
    const wanted = replaced(KEPT, 'namespaces: # ours\n', `${third}namespaces: # ours\n`);
    const fresh = memoryCn2({ more: ['cluster3'] }).clusters.get('cluster3')!;
    fresh.remove('Namespace', undefined, 'kube-system');
    fresh.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
    fresh.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } });
    world.cn2.clusters.set('cluster3', fresh);
    const declared = ['cluster2', 'cluster3'].map((name) => ({
      name,
      kubeconfig: { env: `KUBECONFIG_${name.toUpperCase()}` },
      declared: true as const,
    }));
    const { document, conditions } = await merged(wanted, {}, declared);
    expect([conditions, document.counts]).toEqual([[], { namespaces: 1, networks: 1, connections: 1, extra: 1, patches: 0 }]);
  });

  test('the command line: a declaration names its clusters', () => {
    const parsed = parseCommandLine(['import', '--merge', '-f', 'fleet/clusters.yaml']);
    expect('help' in parsed ? undefined : [parsed.verb.name, parsed.on('merge'), parsed.list('distributed')]).toEqual([
      'import',
      true,
      [],
    ]);
  });
});
