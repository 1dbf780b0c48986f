import type { KubernetesObject } from '../model/kubernetes.ts';
import { type Gate, type Seen, seenAs } from './gate.ts';
import { all, deploymentAvailable, hasCondition, type Judgement, judgeNamed, PASSED, waiting } from './health.ts';
import { CONTRAIL_NAMESPACE, DATAPLANE, DEPLOY_NAMESPACE, DEPLOYER } from './names.ts';

const VROUTER_CRD = `vrouters.${DATAPLANE}`;

interface ServedVersion {
  name: string;
  served: boolean;
  storage: boolean;
}

function versionsOf(definition: KubernetesObject | undefined): readonly ServedVersion[] {
  return (definition?.['spec'] as { versions?: ServedVersion[] } | undefined)?.versions ?? [];
}

/** The version that is served beside the stored one: reading or writing it needs the deployer's conversion webhook (from 23.3). */
function convertedVersion(definition: KubernetesObject | undefined): string | undefined {
  return versionsOf(definition).find((version) => version.served && !version.storage)?.name;
}

/** While a deployer is upgraded, the definitions of the former release are Established all the time. */
function serves(definition: KubernetesObject, version: string | undefined): Judgement {
  const found = version === undefined || versionsOf(definition).some(({ name, served }) => served && name === version);
  return found ? PASSED : waiting(`CustomResourceDefinition ${definition.metadata.name} does not serve ${version} yet`);
}

function vrouterTrial(cluster: string, seen: Seen): { cluster: string; object: KubernetesObject } | undefined {
  const version = convertedVersion(seenAs(seen, 'definitions')[0]);
  if (version === undefined) return undefined;
  return {
    cluster,
    object: {
      apiVersion: `${DATAPLANE}/${version}`,
      kind: 'Vrouter',
      metadata: { name: 'cn2-fleet-conversion', namespace: CONTRAIL_NAMESPACE },
      spec: {},
    },
  };
}

/**
 * Stage 20: the deployer runs and its CRDs are taken up; from 23.3 its conversion webhook answers too, without which stored
 * objects can be neither read nor deleted (measured with Juniper's 23.4 CRDs). `version`: in which the cluster's Vrouters are written.
 */
export function deployerGate(cluster: string, version?: string): Gate {
  return {
    stage: '20-deployer',
    cluster,
    watch: {
      deployments: { cluster, group: 'apps', kind: 'Deployment', namespace: DEPLOY_NAMESPACE, name: DEPLOYER },
      definitions: { cluster, group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition', name: VROUTER_CRD },
    },
    pods: { cluster, namespaces: [DEPLOY_NAMESPACE] },
    judge: (seen) =>
      all([
        judgeNamed(
          seenAs(seen, 'deployments'),
          { kind: 'Deployment', namespace: DEPLOY_NAMESPACE, name: DEPLOYER },
          deploymentAvailable,
        ),
        judgeNamed(seenAs(seen, 'definitions'), { kind: 'CustomResourceDefinition', name: VROUTER_CRD }, (definition) =>
          all([hasCondition(definition, 'Established'), serves(definition, version)]),
        ),
      ]),
    trial: (seen) => vrouterTrial(cluster, seen),
  };
}
