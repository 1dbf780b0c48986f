import { centralNamespace } from '../cn2/central-view.ts';
import { CORE } from '../cn2/names.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import { isExtra, type Manifest } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { manifestPlace } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

/** core.contrail.juniper.net is served by the aggregated API of the central cluster only. */
export const noCoreOnDistributed: Rule = {
  id: 'E24',
  sentence: `Objects of ${CORE} (networks, subnets, routers) are created on the central cluster only.`,
  remedy: 'Render again; do not edit rendered files.',
  source: 'documented',
  judgeManifests({ fleet, manifests, folder }) {
    return manifests
      .filter(({ object, cluster }) => groupOf(object.apiVersion) === CORE && cluster !== fleet.central.name)
      .map((manifest) => {
        return finding(
          this,
          manifestPlace(manifest, folder, ['apiVersion']),
          `${objectTitle(refOf(manifest.object))} would be created on ${manifest.cluster}, which does not serve it`,
          isExtra(manifest) ? { remedy: elsewhere(fleet, manifest) } : {},
        );
      });
  },
};

/** Where an object for the networks of a distributed cluster belongs. */
function elsewhere(fleet: Fleet, { cluster, object }: Manifest): string {
  const { namespace } = object.metadata;
  const place = namespace === undefined ? '' : `, in namespace ${centralNamespace(fleet, cluster, namespace)}`;
  return `Declare it for ${fleet.central.name}${place}.`;
}
