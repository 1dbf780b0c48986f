import { describe, expect, test } from '@jest/globals';
import { GUIDE, replaced, THREE_CLUSTERS } from '../../support/guide-fleet.ts';
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
