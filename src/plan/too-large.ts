import type { Finding } from '../model/finding.ts';
import { groupOf, type KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { abilitiesOf } from './abilities.ts';
import { packed } from './last-applied.ts';

/** Why an object cannot be written to an API without server-side apply: what is applied does not fit into an annotation of it. */
export function tooLarge(
  { object, manifest }: Desired,
  { name, limited }: LiveCluster,
  live: KubernetesObject | undefined,
): Finding | undefined {
  if (abilitiesOf(limited, groupOf(object.apiVersion)).serverSideApply) return undefined;
  if (packed(object, live?.metadata.annotations) !== undefined) return undefined;
  return {
    rule: 'manifests',
    severity: 'error',
    cluster: name,
    message: `${objectTitle(refOf(object, name))} is too large: its API has no server-side apply, and a packed copy of what is applied does not fit into its annotations`,
    remedy: `make the object smaller, or split it; look at ${manifest.path} below the rendered folder`,
  };
}
