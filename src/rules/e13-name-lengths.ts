import { clusterPrefix, mirroredNamespace, SMOKE_NAMESPACE } from '../cn2/names.ts';
import { releaseOf } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { DNS_LABEL, fits } from '../declare/text-forms.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import { distributedOf, isKubemanagerNamed, kubemanagerPointers } from './clusters.ts';
import { isClusterName } from './e11-cluster-name.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

const LONGEST = 63;
/** Namespaces that every distributed cluster has or gets; CN2 mirrors each as <kubemanager>-<cluster>-<namespace>. */
const STANDARD = ['contrail-system', 'contrail-deploy', 'kube-node-lease', SMOKE_NAMESPACE];
/** Made by the deployer files of 22.x. */
const ANALYTICS = 'contrail-analytics';

/** Kubernetes limits a mirrored namespace to 63 characters; the namespaces are read from the manifests. */
export const nameLengths: Rule = {
  id: 'E13',
  sentence: `A Kubemanager's name is a DNS label of its own, and <kubemanager>-<cluster>-<namespace> has at most ${LONGEST} characters for every namespace of the cluster.`,
  remedy: 'Shorten the names of the Kubemanager, the cluster or the namespace.',
  source: 'derived',
  judgeDeclaration(input) {
    const owners = new Map<string, string>();
    return distributedOf(input.fleet).flatMap(({ cluster, at }) => {
      // Nothing can be derived from an unusable name; a defaulted Kubemanager name is blamed on the cluster name.
      if (cluster.kubemanager === '' || (!isClusterName(cluster.name) && !isKubemanagerNamed(input.source, at))) return [];
      const place = placeOf(input.source, ...kubemanagerPointers(at));
      if (!fits(cluster.kubemanager, DNS_LABEL))
        return [
          finding(this, place, `Kubemanager name ${cluster.kubemanager} is not a DNS label`, {
            remedy: `Choose ${DNS_LABEL.words.slice('a DNS label: '.length)}.`,
          }),
        ];
      const owner = owners.get(cluster.kubemanager);
      if (owner === undefined) owners.set(cluster.kubemanager, at);
      else if (isKubemanagerNamed(input.source, at)) return [givenTwice(cluster, place, owner, input.source)];
      return isClusterName(cluster.name) ? judgeLengths(cluster, place, input) : [];
    });
  },
};

function givenTwice(cluster: DistributedCluster, place: ReturnType<typeof placeOf>, owner: string, source: SourceMap): Finding {
  return finding(nameLengths, place, `Kubemanager name ${cluster.kubemanager} is used twice`, {
    remedy: `Choose another name, for example kubemanager-${cluster.name}.`,
    related: [{ ...placeOf(source, ...kubemanagerPointers(owner)), message: 'also used here' }],
  });
}

function judgeLengths(
  cluster: DistributedCluster,
  place: ReturnType<typeof placeOf>,
  { fleet, source }: DeclarationInput,
): Finding[] {
  const longest = longestStandard(fleet);
  const mirrored = mirroredNamespace(cluster.kubemanager, cluster.name, longest);
  if (mirrored.length > LONGEST) {
    const prefix = clusterPrefix(cluster.kubemanager, cluster.name).length;
    const room = LONGEST - longest.length - 2;
    const message = `namespace ${longest} of ${cluster.name} would be ${mirrored} on the central cluster: ${mirrored.length} characters of ${LONGEST}`;
    return [
      finding(nameLengths, place, message, {
        remedy: `Kubemanager and cluster name have ${prefix - 1} characters together; ${room} fit.`,
      }),
    ];
  }
  return fleet.namespaces.flatMap((namespace, index) => {
    const name = mirroredNamespace(cluster.kubemanager, cluster.name, namespace.name);
    if (namespace.cluster !== cluster.name || name.length <= LONGEST || !fits(namespace.name, DNS_LABEL)) return [];
    const message = `namespace ${namespace.name} of ${cluster.name} would be ${name} on the central cluster: ${name.length} characters of ${LONGEST}`;
    const remedy = `Shorten it by ${name.length - LONGEST}.`;
    return [finding(nameLengths, placeOf(source, pointer('namespaces', index, 'name')), message, { remedy })];
  });
}

function longestStandard(fleet: Fleet): string {
  return releaseOf(fleet.release.version)?.startsWith('22.')
    ? ANALYTICS
    : STANDARD.reduce((a, b) => (b.length > a.length ? b : a));
}
