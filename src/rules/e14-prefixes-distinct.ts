import { centralPrefix, clusterPrefix } from '../cn2/names.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { distributedOf, kubemanagerPointers } from './clusters.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** A cluster's prefix K with the places in the file that it comes from. */
interface Prefix {
  k: string;
  cluster: string;
  kubemanager: string;
  at: string[];
}

/** kubemanager a with cluster b-c and kubemanager a-b with cluster c would claim the same namespaces. */
export const prefixesDistinct: Rule = {
  id: 'E14',
  sentence:
    'The prefixes <kubemanager>-<cluster> are distinct, none is the beginning of another one up to a dash, and no namespace of the central cluster begins with one.',
  remedy: 'Rename one of the two: CN2 could not tell whose namespaces are whose.',
  source: 'derived',
  judgeDeclaration(input) {
    const prefixes = prefixesOf(input.fleet);
    return [...judgePairs(prefixes, input), ...judgeNamespaces(prefixes, input)];
  },
};

function prefixesOf(fleet: Fleet): Prefix[] {
  const { kubernetesClusterName, name } = fleet.central;
  const central: Prefix[] =
    kubernetesClusterName === undefined
      ? []
      : [{ k: centralPrefix(kubernetesClusterName), cluster: name, kubemanager: '', at: ['/central/kubernetesClusterName'] }];
  const distributed = distributedOf(fleet)
    .filter(({ cluster }) => cluster.name !== '' && cluster.kubemanager !== '')
    .map(({ cluster, at }) => ({
      k: clusterPrefix(cluster.kubemanager, cluster.name),
      cluster: cluster.name,
      kubemanager: cluster.kubemanager,
      at: kubemanagerPointers(at),
    }));
  return [...central, ...distributed];
}

function claims(k: string, name: string): boolean {
  return name === k || name.startsWith(`${k}-`);
}

/** Every prefix that equals or begins with another one. Looked up by its own beginnings, so the effort is not quadratic. */
function judgePairs(prefixes: readonly Prefix[], { source }: DeclarationInput): Finding[] {
  const earlier = new Map<string, Prefix>();
  for (const prefix of prefixes) if (!earlier.has(prefix.k)) earlier.set(prefix.k, prefix);
  return prefixes.flatMap((prefix) => {
    const owner = beginnings(prefix.k)
      .map((beginning) => earlier.get(beginning))
      .find((candidate) => candidate !== undefined && candidate !== prefix);
    // Rule duplicate reports a cluster that is declared twice.
    if (!owner || owner.cluster === prefix.cluster) return [];
    const message =
      owner.k === prefix.k
        ? `${prefix.cluster} and ${owner.cluster} share the prefix ${prefix.k}`
        : `prefix ${prefix.k} of ${prefix.cluster} begins with prefix ${owner.k} of ${owner.cluster}`;
    const related = [{ ...placeOf(source, ...owner.at), message: `prefix ${owner.k}` }];
    return [finding(prefixesDistinct, placeOf(source, ...prefix.at), message, { related })];
  });
}

/** 'a-b-c' → 'a', 'a-b', 'a-b-c'. */
function beginnings(k: string): string[] {
  const parts = k.split('-');
  return parts.map((_, index) => parts.slice(0, index + 1).join('-'));
}

function judgeNamespaces(prefixes: readonly Prefix[], { fleet, source }: DeclarationInput): Finding[] {
  return fleet.namespaces.flatMap((namespace, index) => {
    if (namespace.cluster !== fleet.central.name) return [];
    const owner = prefixes.find(({ k }) => claims(k, namespace.name));
    if (!owner) return [];
    const message = `namespace ${namespace.name} of the central cluster begins with ${owner.k}, the prefix of ${owner.cluster}`;
    const remedy = `Rename it; for a namespace of ${owner.cluster}, declare it there and CN2 creates the mirrored one.`;
    return [finding(prefixesDistinct, placeOf(source, pointer('namespaces', index, 'name')), message, { remedy })];
  });
}
