import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { GUIDE, guideDeclaration, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
import { imported, importWorld, plannedChanges } from '../../support/import-world.ts';
import { smallRelease } from '../../support/small-release.ts';

/** The same release with vRouters that wait for one node at a time. */
function careful(folder: string): Record<string, string> {
  const files = smallRelease('22.2.0.93', folder);
  const path = `${folder}/distributed_cluster_vrouter_example.yaml`;
  return { ...files, [path]: replaced(files[path]!, 'maxUnavailablePercentage: 100%', 'maxUnavailablePercentage: 10%') };
}

describe('which folder of manifests fits', () => {
  test('of several the one with the fewest differences, for each cluster', async () => {
    const both = { ...smallRelease(), ...careful('cn2/careful') };
    const declared = replaced(THREE_CLUSTERS, '  - name: cluster3\n', '  - name: cluster3\n    manifests: cn2/careful\n').replace(
      '    pullSecret: {env: PULL_SECRET_CLUSTER3}\n',
      '',
    );
    const world = await importWorld(declared, { vendorFiles: both });
    const { document, files } = await imported(world, { manifests: ['cn2/careful', 'cn2/22.2'] });
    expect(document.counts.patches).toBe(0);
    // Either may be the release's: the other cluster then names its own.
    const { folder, own } = document.manifests!;
    expect([folder, ...own.map((each) => each.folder)].sort()).toEqual(['cn2/22.2', 'cn2/careful']);
    expect(own).toEqual([
      folder === 'cn2/22.2' ? { cluster: 'cluster3', folder: 'cn2/careful' } : { cluster: 'cluster2', folder: 'cn2/22.2' },
    ]);
    expect(document.remaining).toEqual([]);
    const planned = await plannedChanges(world, files);
    expect([planned.others, planned.errors]).toEqual([[], []]);
  });

  test('with the wrong one alone, what differs becomes a patch', async () => {
    const world = await importWorld(GUIDE);
    const { document, files } = await imported(world, { files: careful('cn2/careful'), manifests: ['cn2/careful'] });
    expect([document.counts.patches, document.remaining]).toEqual([1, []]);
    expect(files['clusters.yaml']).toContain('merge: {spec: {maxUnavailablePercentage: "100%"}}');
  });

  test('an object of the folder that does not run stays a change, and is said', async () => {
    const world = await importWorld(GUIDE, {
      edit: (object) => (object.metadata.name === 'contrail-vrouter-nodes-1' ? undefined : object),
    });
    const { document } = await imported(world);
    expect(document.remaining.map(({ cluster, action, kind, name }) => [cluster, action, kind, name])).toEqual([
      ['cluster2', 'create', 'Vrouter', 'contrail-vrouter-nodes-1'],
    ]);
  });
});

describe('what somebody has changed of the containers of the vendor', () => {
  type Container = { name: string; [field: string]: unknown };
  const withContainers = (edit: (containers: Container[]) => Container[]) => (object: KubernetesObject) => {
    if (object.metadata.name !== 'contrail-vrouter-masters' || object.kind !== 'Vrouter') return object;
    const spec = object['spec'] as { common: { containers: Container[] } };
    return { ...object, spec: { ...spec, common: { ...spec.common, containers: edit(spec.common.containers) } } };
  };
  const world = (edit: (containers: Container[]) => Container[]) => importWorld(GUIDE, { edit: withContainers(edit) });

  test('is a patch without an image', async () => {
    const own = { env: [{ name: 'FOO', value: 'yes' }], args: ['--x'], resources: { limits: { cpu: '1' } } };
    const there = await world((containers) => containers.map((one) => ({ ...one, ...own })));
    const { document, files } = await imported(there);
    expect([document.counts.patches, document.remaining, document.findings]).toEqual([1, [], []]);
    const [patch] = guideDeclaration(files['clusters.yaml']!).fleet!.distributed[0]!.patches!;
    expect(patch!.merge).toEqual({ spec: { common: { containers: [{ name: 'contrail-vrouter-agent', ...own }] } } });
    const planned = await plannedChanges(there, files);
    expect([planned.others, planned.errors]).toEqual([[], []]);
  });

  test.each([
    [
      'a container of one’s own',
      (list: Container[]) => [...list, { name: 'side', image: 'docker.io/x:1', args: ['-v'] }],
      'name=side] is a container',
    ],
    [
      'a password',
      (list: Container[]) => list.map((one) => ({ ...one, env: [{ name: 'X_PASSWORD', value: 'hunter2' }] })),
      'name=X_PASSWORD] looks like a secret',
    ],
  ])('%s is left out and said', async (_what, edit, words) => {
    const { document, files } = await imported(await world(edit));
    expect(document.counts.patches).toBe(0);
    expect(document.findings).toMatchObject([{ severity: 'warning', message: expect.stringContaining(words) }]);
    expect(document.remaining).toMatchObject([{ kind: 'Vrouter', action: 'update' }]);
    expect(files['clusters.yaml']).not.toMatch(/hunter2|docker\.io/);
  });

  test('a patch that would break a rule is left out and said', async () => {
    const there = await importWorld(GUIDE, {
      edit: (object) =>
        object.kind === 'Vrouter' && object.metadata.name === 'contrail-vrouter-masters'
          ? { ...object, spec: { ...(object['spec'] as object), cni: 'x' } }
          : object,
    });
    const { document } = await imported(there);
    expect(document.counts.patches).toBe(0);
    expect(document.findings).toMatchObject([{ severity: 'warning', message: expect.stringContaining('makes spec.cni of') }]);
  });
});
