import { placeOf } from '../declare/place.ts';
import { distributedOf } from './clusters.ts';
import { finding, type Rule } from './rule.ts';

/** Pattern and length of Kubemanager.spec.clusterName in its CRD. */
const CLUSTER_NAME = /^[a-z0-9]+[a-z0-9-]*[a-z0-9]+$/;
const LONGEST = 63;

/** Whether the Kubemanager CRD takes a clusterName. */
export function isClusterName(name: string): boolean {
  return name.length <= LONGEST && CLUSTER_NAME.test(name);
}

/** Rule duplicate checks that names are unique. */
export const clusterNameFits: Rule = {
  id: 'E11',
  sentence:
    'The name of a distributed cluster has 2 to 63 lower-case letters, digits and dashes, a letter or digit at both ends.',
  remedy: 'Choose a name without capitals, dots and underscores.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return distributedOf(fleet)
      .filter(({ cluster: { name } }) => name !== '' && !isClusterName(name))
      .map(({ cluster: { name }, at }) => finding(this, placeOf(source, `${at}/name`), `${name} cannot be a CN2 clusterName`));
  },
};
