import type { Fleet } from '../model/fleet.ts';
import { versionOf } from '../model/kubernetes.ts';
import type { Manifest, StageId } from '../model/manifest.ts';
import type { Gate } from './gate.ts';
import { certificatesGate } from './gate-certificates.ts';
import { deployerGate } from './gate-deployer.ts';
import { kubemanagerGate } from './gate-kubemanager.ts';
import { preflightGate } from './gate-preflight.ts';
import { restartGate } from './gate-restart.ts';
import { vrouterGate } from './gate-vrouter.ts';
import { namespacesGate, successGate } from './gates-fleet.ts';

/**
 * The gate of an attach stage (00 to 60) of one distributed cluster; undefined where the stage has none (10 always, 30 before
 * 22.4). `manifests`: the whole rendered fleet.
 */
export function attachGate(fleet: Fleet, stage: StageId, cluster: string, manifests: readonly Manifest[]): Gate | undefined {
  const own = manifests.filter((manifest) => manifest.stage === stage && manifest.for === cluster);
  const declared = fleet.distributed.find((candidate) => candidate.name === cluster);
  switch (stage) {
    case '00-preflight':
      return preflightGate(fleet, cluster);
    case '20-deployer':
      return deployerGate(cluster, vrouterVersion(manifests, cluster));
    case '30-certificates':
      return certificatesGate(cluster, own);
    case '40-kubemanager':
      return declared === undefined ? undefined : kubemanagerGate(fleet, declared, own);
    case '50-vrouter':
      return vrouterGate(fleet, cluster, own);
    case '60-restart':
      return restartGate(cluster);
    default:
      return undefined;
  }
}

/** In which version the cluster's Vrouters are written: what the deployer of their release has to serve. */
function vrouterVersion(manifests: readonly Manifest[], cluster: string): string | undefined {
  const vrouter = manifests.find((manifest) => manifest.for === cluster && manifest.object.kind === 'Vrouter');
  return vrouter && versionOf(vrouter.object.apiVersion);
}

/** The gate of a stage over the fleet (70 to 90); undefined where there is nothing to judge. `written`: see successGate. */
export function fleetGate(
  fleet: Fleet,
  stage: StageId,
  manifests: readonly Manifest[],
  written: ReadonlyMap<string, string> = new Map(),
): Gate | undefined {
  if (stage === '70-namespaces') return namespacesGate(fleet);
  if (stage !== '80-networks' && stage !== '90-routers') return undefined;
  return successGate(
    fleet,
    stage,
    manifests.filter((manifest) => manifest.stage === stage),
    written,
  );
}
