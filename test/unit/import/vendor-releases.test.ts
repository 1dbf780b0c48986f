import { describe, expect, test } from '@jest/globals';
import { releaseOf } from '../../../src/cn2/releases.ts';
import { GUIDE, replaced } from '../../support/guide-fleet.ts';
import { imported, importWorld, plannedChanges } from '../../support/import-world.ts';
import { HAS_SHARED_CN2, vendorRelease } from '../../support/shared-cn2.ts';
import { placeholders } from '../../support/three-clusters.ts';

const RELEASES = [
  ['22.2', '22.2.0.93', {}],
  ['22.2.0.100', '22.2.0.93', { 'contrail-k8s-kubemanager': '22.2.0.100' }],
  ['22.4', '22.4.0.284', {}],
] as const;

(HAS_SHARED_CN2 ? describe : describe.skip)("Juniper's own manifests, applied by hand", () => {
  test.each(RELEASES)('%s', async (folder, version, images) => {
    const vendorFiles = vendorRelease(folder);
    const named = replaced(
      GUIDE,
      /version: .*\n {2}manifests: .*\n/,
      `version: ${version}\n  images: ${JSON.stringify(images)}\n  manifests: cn2/${folder}\n`,
    );
    const world = await importWorld(named, { vendorFiles, edit: placeholders });
    const other = vendorRelease(folder === '22.2' ? '22.4' : '22.2');
    const names = [...new Set(Object.keys({ ...other, ...vendorFiles }).map((path) => path.split('/').slice(0, 2).join('/')))];
    const { document, conditions, files } = await imported(world, { files: other, manifests: names });
    if (process.env['SHOW']) console.log(files['clusters.yaml'], document);
    expect([conditions, document.remaining]).toEqual([[], []]);
    expect(document.release).toEqual({ version, images });
    expect(document.manifests).toMatchObject({ folder: `cn2/${folder}`, own: [] });
    const planned = await plannedChanges(world, files);
    expect(planned.others).toEqual([]);
    expect([releaseOf(version), planned.errors]).toEqual([releaseOf(version), []]);
  });
});
