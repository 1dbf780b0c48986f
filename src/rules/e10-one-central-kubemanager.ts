import { CENTRAL_KUBEMANAGER } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { distributedOf, kubemanagerPointers } from './clusters.ts';
import { finding, type Rule } from './rule.ts';

/** The central cluster's own Kubemanager has a fixed name; a second object of that name would overwrite it. */
export const oneCentralKubemanager: Rule = {
  id: 'E10',
  sentence: `The Kubemanager ${CENTRAL_KUBEMANAGER} is the central cluster's own; no distributed cluster takes that name.`,
  remedy: 'Choose another name, for example kubemanager-<cluster>.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return distributedOf(fleet)
      .filter(({ cluster }) => cluster.kubemanager === CENTRAL_KUBEMANAGER)
      .map(({ cluster, at }) =>
        finding(
          this,
          placeOf(source, ...kubemanagerPointers(at)),
          `${cluster.name} takes the name of the central cluster's Kubemanager`,
          {
            remedy: `Choose another name, for example kubemanager-${cluster.name}.`,
          },
        ),
      );
  },
};
