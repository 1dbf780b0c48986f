import { DATAPLANE } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Manifest } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { lastPatchOf } from '../model/patch-reach.ts';
import { clustersOf } from './clusters.ts';
import { manifestPlace, specOf } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

/** The vendor's examples carry placeholders here, and the guide does not mention them. */
export const vrouterClusterName: Rule = {
  id: 'E12',
  sentence:
    "Every Vrouter of a distributed cluster carries the clusterName of that cluster's Kubemanager; the central cluster's carry none. By a patch of the declaration a name that no other cluster has is a warning.",
  remedy: 'Render again; do not edit rendered files.',
  source: 'documented',
  judgeManifests({ fleet, source, manifests, folder }) {
    const fleetNames = clustersOf(fleet).map(({ cluster }) => cluster.name);
    return manifests
      .filter(({ object }) => object.kind === 'Vrouter' && groupOf(object.apiVersion) === DATAPLANE)
      .flatMap((manifest) => {
        const others = new Set<unknown>(fleetNames.filter((name) => name !== manifest.cluster));
        const expected = manifest.cluster === fleet.central.name ? undefined : manifest.cluster;
        const spec = specOf(manifest);
        const cni = (spec['cni'] ?? {}) as Record<string, unknown>;
        const wrong = [
          { path: ['spec', 'clusterName'], found: spec['clusterName'], bad: spec['clusterName'] !== expected },
          {
            path: ['spec', 'cni', 'clusterName'],
            found: cni['clusterName'],
            bad: cni['clusterName'] !== undefined && cni['clusterName'] !== expected,
          },
        ].filter(({ bad }) => bad);
        return wrong.map(({ path, found }) => {
          const patch = patchOf(manifest, path, fleet);
          return finding(
            this,
            patch !== undefined && source ? placeOf(source, patch) : manifestPlace(manifest, folder, path),
            `${objectTitle(refOf(manifest.object, manifest.cluster))} says clusterName ${found === undefined ? '(none)' : String(found)}, not ${expected ?? '(none)'}`,
            patch === undefined ? {} : byPatch(others.has(found)),
          );
        });
      });
  },
};

/** JSON pointer of the last patch that says what is at a path of an object; undefined where none does. */
function patchOf({ object, cluster }: Manifest, path: readonly string[], fleet: Fleet): string | undefined {
  const position = fleet.distributed.findIndex(({ name }) => name === cluster);
  const { patches = [] } = fleet.distributed[position] ?? {};
  const index = lastPatchOf(patches, object, path);
  return index < 0 ? undefined : pointer('distributed', position, 'patches', index, 'merge', ...path);
}

/** What differs of the finding where a patch says the name. `another`: it is that of another cluster. */
function byPatch(another: boolean): { severity?: 'warning'; remedy: string } {
  return another
    ? { remedy: "Take it out of the patch: its nodes would count as that cluster's." }
    : { severity: 'warning', remedy: 'Take it out of the patch, unless that cluster runs with this name already.' };
}
