import { detach } from './detach.ts';
import { clusterSubnetsDisjoint } from './e1-cluster-subnets-disjoint.ts';
import { subnetsInsideDisjoint } from './e2-subnets-inside.ts';
import { realSubnets } from './e3-real-subnets.ts';
import { noHostBits } from './e4-host-bits.ts';
import { subnetSizes } from './e5-subnet-sizes.ts';
import { nodeNamesUnique } from './e6-node-names-unique.ts';
import { listenerPortInRange } from './e7-listener-port.ts';
import { routeTargetNumber } from './e8-route-target.ts';
import { indexForLife } from './e9-index-for-life.ts';
import { oneCentralKubemanager } from './e10-one-central-kubemanager.ts';
import { clusterNameFits } from './e11-cluster-name.ts';
import { vrouterClusterName } from './e12-vrouter-cluster-name.ts';
import { nameLengths } from './e13-name-lengths.ts';
import { prefixesDistinct } from './e14-prefixes-distinct.ts';
import { noForeignCni } from './e15-no-foreign-cni.ts';
import { noNodeLocalDns } from './e16-no-node-local-dns.ts';
import { serverReachable } from './e17-server-reachable.ts';
import { certificateNamesServer } from './e18-certificate-names-server.ts';
import { handoverUsable } from './e19-handover.ts';
import { accessSecrets } from './e20-access-secrets.ts';
import { pullSecretUsable } from './e21-pull-secret.ts';
import { oneRelease } from './e22-one-release.ts';
import { nodeRoles } from './e23-node-roles.ts';
import { noCoreOnDistributed } from './e24-no-core-on-distributed.ts';
import { podNetworks } from './e25-pod-networks.ts';
import { connectionsConnect } from './e26-connections-connect.ts';
import { networkValues } from './e27-network-values.ts';
import { isolatedIsText } from './e28-isolated-is-text.ts';
import { platformSupported } from './e29-platform.ts';
import { nodesFit } from './e30-nodes.ts';
import { routedUnderlay } from './e31-underlay.ts';
import { networkConfig } from './e32-network-config.ts';
import { routableSubnets } from './e33-routable-subnets.ts';
import { certManager } from './e34-cert-manager.ts';
import { kubemanagerSpec } from './e35-kubemanager-spec.ts';
import { removal } from './removal.ts';
import type { Rule } from './rule.ts';
import { declaredSeverity } from './severity.ts';
import { upgrade } from './upgrade.ts';

/** Every rule, in the order of the reference. Rules yaml, yaml11, schema, reference and duplicate belong to reading the file. */
export const RULES: readonly Rule[] = [
  clusterSubnetsDisjoint,
  subnetsInsideDisjoint,
  realSubnets,
  noHostBits,
  subnetSizes,
  nodeNamesUnique,
  listenerPortInRange,
  routeTargetNumber,
  indexForLife,
  oneCentralKubemanager,
  clusterNameFits,
  vrouterClusterName,
  nameLengths,
  prefixesDistinct,
  noForeignCni,
  noNodeLocalDns,
  serverReachable,
  certificateNamesServer,
  handoverUsable,
  accessSecrets,
  pullSecretUsable,
  oneRelease,
  nodeRoles,
  noCoreOnDistributed,
  podNetworks,
  connectionsConnect,
  networkValues,
  isolatedIsText,
  platformSupported,
  nodesFit,
  routedUnderlay,
  networkConfig,
  routableSubnets,
  certManager,
  kubemanagerSpec,
  removal,
  upgrade,
  detach,
  declaredSeverity,
];
