import { releasedProbeImage } from '../cn2/probe-image.ts';

/** Placeholder for a value that only the user knows. No rule accepts it, so `validate` lists every one with its line. */
export const PLACEHOLDER = 'CHANGE-ME';

/** Variables that hold what CN2 is given of each cluster. */
const CENTRAL_HANDOVER = 'CENTRAL_FOR_DISTRIBUTED';
const DISTRIBUTED_HANDOVER = 'CLUSTER2_FOR_CENTRAL';

/**
 * A first clusters.yaml: one central and one distributed cluster, everything that must be there, and the rest as comments that become
 * valid by removing "# ".
 * @param version of this program, which is also the version of the schema
 * @param name of the fleet
 * @param identities the clusters are reached with the identities of deploy/, so that CN2 needs kubeconfigs of its own
 */
export function firstDeclaration(version: string, name = 'fleet', identities = false): string {
  const handover = (variable: string, words: string) => `handover: {env: ${variable}} # ${words}`;
  const ofCentral = handover(CENTRAL_HANDOVER, 'what the distributed clusters are given of this one');
  const ofDistributed = handover(DISTRIBUTED_HANDOVER, 'what the central cluster is given of this one');
  return `# yaml-language-server: $schema=https://raw.githubusercontent.com/cn2-fleet/cn2-fleet/v${version}/schema/clusters.schema.json
#
# A fleet of CN2 clusters. Replace every ${PLACEHOLDER}: \`cn2-fleet validate\` lists what is left, with line and remedy.
apiVersion: cn2-fleet/v1
kind: Fleet
metadata:
  name: ${name} # names the lock, the labels and the pull requests
release:
  version: ${PLACEHOLDER} # the CN2 image tag of every cluster, for example 22.2.0.93 or cn2.23.4.0.59
  manifests: cn2 # folder for the vendor's example manifests of that release, as downloaded
  pullSecret: {env: CN2_PULL_SECRET} # docker config JSON for the registry
  # registry: mirror.example.org/cn2 # where your clusters pull CN2's images from, if not from the vendor
# Credentials are references, never values: {env: NAME} or {file: path}. In workflows each NAME is a secret of the repository.
central:
  name: cluster1
  kubeconfig: {env: KUBECONFIG_CLUSTER1}
  ${identities ? ofCentral : `# ${ofCentral}; else a copy of kubeconfig`}
  server: ${PLACEHOLDER} # https://host:port of its API, as the distributed clusters reach it
  podSubnets: [${PLACEHOLDER}] # what the cluster was made with: at most one IPv4 and one IPv6 network
  serviceSubnets: [${PLACEHOLDER}]
distributed:
  - name: cluster2
    index: 0 # for life: ports and route targets come from it; the next cluster gets 1, no number is used again
    kubeconfig: {env: KUBECONFIG_CLUSTER2}
    ${identities ? ofDistributed : `# ${ofDistributed}; else a copy of kubeconfig`}
    server: ${PLACEHOLDER} # https://host:port of its API, as the central cluster reaches it
    podSubnets: [${PLACEHOLDER}]
    serviceSubnets: [${PLACEHOLDER}]
# Virtual networks of both clusters that reach each other, and nothing else:
# namespaces:
#   - {cluster: cluster1, name: app, isolated: true}
#   - {cluster: cluster2, name: app, isolated: true}
# networks:
#   - {cluster: cluster1, namespace: app, name: front, v4: {cidr: ${PLACEHOLDER}}}
#   - {cluster: cluster2, namespace: app, name: back, v4: {cidr: ${PLACEHOLDER}}}
# connections:
#   - {name: app, type: mesh, networks: [cluster1/app/front, cluster2/app/back]}
# Proves with packets after each apply who reaches whom:
# smoke:
#   # image: ${releasedProbeImage('mirror.example.org')} # else that image of ${releasedProbeImage().split('/')[0]}, or of the host of registry
#   defaultPodNetwork: [v4]
#   networks: all
`;
}
