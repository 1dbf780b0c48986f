import { ISOLATED_LABEL } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { manifestPlace } from './manifest-place.ts';
import { finding, type Rule } from './rule.ts';

/** Label values are text; an unquoted true is refused by the API server, and any other text is not what CN2 looks for. */
export const isolatedIsText: Rule = {
  id: 'E28',
  sentence: `Label ${ISOLATED_LABEL} has the string "true" as its value.`,
  remedy: 'Say isolated: true in the declaration and leave the label to the renderer.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return fleet.namespaces.flatMap(({ labels, name }, index) => {
      const value = labels[ISOLATED_LABEL];
      if (value === undefined || value === 'true') return [];
      const place = placeOf(source, pointer('namespaces', index, 'labels', ISOLATED_LABEL));
      return [finding(this, place, `namespace ${name} has ${ISOLATED_LABEL}: "${value}"`)];
    });
  },
  judgeManifests({ manifests, folder }) {
    return manifests
      .filter(({ object }) => object.kind === 'Namespace' && object.apiVersion === 'v1')
      .flatMap((manifest) => {
        const value: unknown = manifest.object.metadata.labels?.[ISOLATED_LABEL];
        if (value === undefined || value === 'true') return [];
        const place = manifestPlace(manifest, folder, ['metadata', 'labels', ISOLATED_LABEL]);
        return [finding(this, place, `${objectTitle(refOf(manifest.object))} has ${ISOLATED_LABEL}: ${JSON.stringify(value)}`)];
      });
  },
};
