import { DATAPLANE } from '../cn2/names.ts';
import { groupOf } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { manifestPlace, specOf } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

/** The vendor's examples carry placeholders here, and the guide does not mention them. */
export const vrouterClusterName: Rule = {
  id: 'E12',
  sentence:
    "Every Vrouter of a distributed cluster carries the clusterName of that cluster's Kubemanager; the central cluster's carry none.",
  remedy: 'Render again; do not edit rendered files.',
  source: 'documented',
  judgeManifests({ fleet, manifests, folder }) {
    return manifests
      .filter(({ object }) => object.kind === 'Vrouter' && groupOf(object.apiVersion) === DATAPLANE)
      .flatMap((manifest) => {
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
        return wrong.map(({ path, found }) =>
          finding(
            this,
            manifestPlace(manifest, folder, path),
            `${objectTitle(refOf(manifest.object, manifest.cluster))} says clusterName ${found === undefined ? '(none)' : String(found)}, not ${expected ?? '(none)'}`,
          ),
        );
      });
  },
};
