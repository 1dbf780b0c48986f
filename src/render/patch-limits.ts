import { CONTENT_ANNOTATION, FLEET_LABEL, MANAGED_BY_LABEL } from '../cn2/names.ts';
import { keyPlaceOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Patch } from '../model/fleet.ts';
import { saysMember } from '../model/patch-reach.ts';
import { vendorProblem } from './vendor-roles.ts';

/** What an object is, whose it is and where a Secret's content comes from are not for a patch to say. */
export function forbidden(patch: Patch, place: string, source: SourceMap): Finding[] {
  const paths: [path: string[], why: string][] = [
    [['apiVersion'], 'says what the object is'],
    [['kind'], 'says what the object is'],
    [['metadata', 'name'], 'says what the object is'],
    [['metadata', 'namespace'], 'says what the object is'],
    [['status'], 'is written by controllers'],
    [['metadata', 'labels', FLEET_LABEL], 'is written by cn2-fleet'],
    [['metadata', 'labels', MANAGED_BY_LABEL], 'is written by cn2-fleet'],
    [['metadata', 'annotations', CONTENT_ANNOTATION], 'is written by cn2-fleet'],
    ...(patch.kind === 'Secret' ? SECRET_PARTS : []),
  ];
  return paths
    .filter(([path]) => saysMember(patch.merge, path))
    .map(([path, why]) =>
      vendorProblem(
        keyPlaceOf(source, `${place}/merge${pointer(...path)}`),
        `a patch may not set ${path.join('.')}, which ${why}`,
        'Take it out of the patch.',
      ),
    );
}

const SECRET_PARTS: readonly [string[], string][] = [
  [['data'], 'would be a secret in a file that everybody reads'],
  [['stringData'], 'would be a secret in a file that everybody reads'],
];
