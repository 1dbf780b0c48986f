import { PULL_SECRET } from '../cn2/names.ts';
import { isWritten, placeOf } from '../declare/place.ts';
import { distributedOf } from './clusters.ts';
import { finding, type Rule } from './rule.ts';

/** Secret contrail/<kubeconfigSecret> on the central cluster holds one cluster's kubeconfig under key `kubeconfig`. */
export const accessSecrets: Rule = {
  id: 'E20',
  sentence: 'Each distributed cluster has its own kubeconfig secret in namespace contrail of the central cluster.',
  remedy: 'Choose another name, for example <cluster>-kubeconfig.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    const owners = new Map<string, { name: string; at: string }>();
    return distributedOf(fleet).flatMap(({ cluster: { name, kubeconfigSecret }, at }) => {
      if (kubeconfigSecret === '') return [];
      const place = placeOf(source, `${at}/kubeconfigSecret`, `${at}/name`);
      const remedy = `Choose another name, for example ${name}-kubeconfig.`;
      if (kubeconfigSecret === PULL_SECRET)
        return [finding(this, place, `kubeconfigSecret ${PULL_SECRET} of ${name} is the pull secret`, { remedy })];
      const owner = owners.get(kubeconfigSecret);
      if (!owner) {
        owners.set(kubeconfigSecret, { name, at });
        return [];
      }
      // Two clusters of one name share a defaulted secret; rule duplicate reports them.
      if (owner.name === name && !isWritten(source, `${at}/kubeconfigSecret`)) return [];
      const related = [
        { ...placeOf(source, `${owner.at}/kubeconfigSecret`, `${owner.at}/name`), message: `secret of ${owner.name}` },
      ];
      return [
        finding(this, place, `kubeconfigSecret ${kubeconfigSecret} of ${name} is already that of ${owner.name}`, {
          remedy,
          related,
        }),
      ];
    });
  },
};
