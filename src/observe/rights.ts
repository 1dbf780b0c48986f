import pMap from 'p-map';
import type { Right } from '../doctor/rights.ts';
import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { Problem } from '../model/live.ts';
import type { Cluster } from '../ports/cluster.ts';
import { problemOf } from './problem.ts';
import { LANES } from './read-kind.ts';

/** Kinds of which nothing is stored: the answer to a POST is all there is. */
const REVIEWS: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
};
const SELF: Resource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  namespaced: false,
};

/**
 * Asks the server which of these rights the identity of a connection lacks. `every`: holding it is holding all. The reviews are POSTs of
 * which nothing is stored, and are sent as dry-runs.
 */
export async function missingRights(
  cluster: Cluster,
  rights: readonly Right[],
  every: Right,
): Promise<{ missing: Right[] } | { problem: Problem }> {
  try {
    if (await mayI(cluster, every)) return { missing: [] };
    const answers = await pMap(rights, (right) => mayI(cluster, right), { concurrency: LANES });
    return { missing: rights.filter((_, at) => answers[at] !== true) };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

async function mayI(cluster: Cluster, right: Right): Promise<boolean> {
  const { status } = (await cluster.create(REVIEWS, review(REVIEWS, { resourceAttributes: right }), { dryRun: true })) as {
    status?: { allowed?: boolean };
  };
  return status?.allowed === true;
}

/** As whom the server knows the identity of a connection; undefined where it does not say (before Kubernetes 1.28). */
export async function whoAmI(cluster: Cluster): Promise<string | undefined> {
  try {
    const { status } = (await cluster.create(SELF, review(SELF), { dryRun: true })) as {
      status?: { userInfo?: { username?: string } };
    };
    return status?.userInfo?.username;
  } catch {
    // Only for people; what keeps it from being read is told of the rights.
    return undefined;
  }
}

function review({ group, version, kind }: Resource, spec?: object): KubernetesObject {
  // They have no name: nothing is made.
  const metadata = {} as KubernetesObject['metadata'];
  return { apiVersion: `${group}/${version}`, kind, metadata, ...(spec === undefined ? {} : { spec }) };
}
