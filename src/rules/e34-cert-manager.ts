import { deploymentAvailable } from '../cn2/health.ts';
import { CERT_MANAGER, CONFIGPLANE, DEPLOY_NAMESPACE, DEPLOYER } from '../cn2/names.ts';
import { roleOf } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import { objectName } from '../model/object-ref.ts';
import { parsedFile } from '../render/parsed-file.ts';
import { clusterPlace } from './live-cluster.ts';
import { finding, type LiveInput, type Rule } from './rule.ts';

/**
 * From 22.4 on CN2 installs cert-manager, whose kinds a cluster has once. The EKS downloads have it as a file of its own for the
 * central cluster, to be applied before CN2 itself. That another one would be overwritten is derived: both define the same kinds.
 */
export const certManager: Rule = {
  id: 'E34',
  sentence:
    "Where the manifests have a file for the central cluster's cert-manager, it runs there before CN2 does; a cluster to which CN2 brings cert-manager has none of its own before.",
  remedy: 'Bring cert-manager into that state before the attach.',
  source: 'derived',
  judgeLive(input) {
    return [...missingOnCentral(input), ...foreignOnDistributed(input)];
  },
};

/** The file of the manifests that brings cert-manager to the central cluster, with its Deployments. */
function centralFile(
  vendorFiles: Readonly<Record<string, string>>,
): { file: string; deployments: KubernetesObject[] } | undefined {
  for (const file of Object.keys(vendorFiles).sort()) {
    const objects = parsedFile(vendorFiles, file).documents.map(({ object }) => object);
    if (roleOf(objects) === 'cert-manager') return { file, deployments: objects.filter(({ kind }) => kind === 'Deployment') };
  }
  return undefined;
}

function missingOnCentral({ fleet, source, live, vendorFiles = {} }: LiveInput): Finding[] {
  const central = live.clusters.find(({ role, status }) => role === 'central' && status === 'known');
  const wanted = centralFile(vendorFiles);
  if (central === undefined || wanted === undefined) return [];
  const running = itemsOf(central, 'apps', 'Deployment');
  const problem = servesCertificates(central)
    ? running && notRunning(wanted.deployments, running)
    : `${CERT_MANAGER} is not served`;
  if (problem === undefined) return [];
  return [
    finding(certManager, clusterPlace(fleet, source, central.name), `cert-manager does not run on ${central.name}: ${problem}`, {
      cluster: central.name,
      remedy: `On ${central.name}, apply ${wanted.file} first and wait for its Deployments: kubectl apply -f ${wanted.file}; only then comes the central file of CN2.`,
    }),
  ];
}

/** What is missing of these Deployments; undefined when all of them are available. */
function notRunning(wanted: readonly KubernetesObject[], running: readonly KubernetesObject[]): string | undefined {
  for (const { metadata } of wanted) {
    const found = running.find((deployment) => objectName(deployment.metadata) === objectName(metadata));
    if (found === undefined) return `Deployment ${objectName(metadata)} does not exist`;
    const { state, detail } = deploymentAvailable(found);
    if (state !== 'passed') return detail;
  }
  return undefined;
}

/** Judged until CN2's deployer is there: afterwards it is CN2's own. */
function foreignOnDistributed({ fleet, source, live, manifests = [] }: LiveInput): Finding[] {
  const brought = new Set(
    manifests.filter(({ object }) => object.kind === 'ContrailCertificateManager').map(({ cluster }) => cluster),
  );
  return live.clusters
    .filter((cluster) => cluster.role === 'distributed' && brought.has(cluster.name) && servesCertificates(cluster))
    .filter((cluster) => {
      const deployments = itemsOf(cluster, 'apps', 'Deployment');
      const isDeployer = ({ metadata }: KubernetesObject) => objectName(metadata) === `${DEPLOY_NAMESPACE}/${DEPLOYER}`;
      const managers = itemsOf(cluster, CONFIGPLANE, 'ContrailCertificateManager') ?? [];
      return deployments !== undefined && !deployments.some(isDeployer) && managers.length === 0;
    })
    .map(({ name }) =>
      finding(
        certManager,
        clusterPlace(fleet, source, name),
        `${name} has a cert-manager already (it serves ${CERT_MANAGER}), which the one of CN2 would overwrite`,
        {
          cluster: name,
          remedy: `Save its issuers and certificates, remove that cert-manager with its CustomResourceDefinitions from ${name}, then attach; or attach a cluster without one.`,
        },
      ),
    );
}

function servesCertificates({ resources }: LiveCluster): boolean {
  return resources.some(({ group, kind }) => group === CERT_MANAGER && kind === 'Certificate');
}

/** undefined where it could not be read: then nothing follows. */
function itemsOf(cluster: LiveCluster, group: string, kind: string): readonly KubernetesObject[] | undefined {
  const listing = cluster.listings.find((candidate) => candidate.group === group && candidate.kind === kind);
  return listing?.status === 'listed' ? listing.items : undefined;
}
