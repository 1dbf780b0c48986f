import { CENTRAL_KUBEMANAGER, CONFIGPLANE, CORE } from '../cn2/names.ts';
import type { Finding } from '../model/finding.ts';
import type { CredentialRef } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { seen } from '../plan/live-objects.ts';
import { isCentralKubemanager } from './kubemanagers.ts';
import { type DistributedView, prefixOf, textAt, type View } from './view.ts';

/** A cluster as the user names it, with what was seen of it. */
export interface NamedCluster {
  name: string;
  kubeconfig: CredentialRef;
  cluster: LiveCluster;
}

/** The clusters of a fleet in their roles, and what speaks against that they are one. Warnings leave it one. */
export function together(
  central: NamedCluster,
  distributed: readonly NamedCluster[],
): { view?: Omit<View, 'facts'>; findings: Finding[] } {
  const all = [central, ...distributed];
  const findings = [...twice(all), ...withoutCn2(central)];
  const kubemanagers = seen(central.cluster, CONFIGPLANE, 'Kubemanager').filter((object) => !isCentralKubemanager(object));
  const nameOf = (kubemanager: KubernetesObject) => textAt(kubemanager, 'spec', 'clusterName');
  const driven = distributed.flatMap((named): DistributedView[] => {
    const own = kubemanagers.filter((kubemanager) => nameOf(kubemanager) === named.name);
    if (own.length === 1) return [{ ...named, kubemanager: own[0]!, prefix: prefixOf(own[0]!) }];
    if (findings.length === 0) findings.push(notDriven(central.name, named.name, kubemanagers.map(nameOf), own.length));
    return [];
  });
  if (findings.length > 0) return { findings };
  const left = kubemanagers.filter((kubemanager) => !driven.some((view) => view.kubemanager === kubemanager));
  const live: LiveState = { clusters: all.map(({ cluster }) => cluster) };
  return {
    view: { central, distributed: inOrder(driven), unnamed: left.map(prefixOf), live },
    findings: left.map((kubemanager) => unnamed(central.name, kubemanager)),
  };
}

/** By port, in which clusters are attached one after the other. */
function inOrder(driven: readonly DistributedView[]): DistributedView[] {
  const port = ({ kubemanager }: DistributedView) =>
    Number((kubemanager['spec'] as { listenerPort?: unknown })?.listenerPort ?? 0);
  return [...driven].sort((a, b) => port(a) - port(b));
}

function twice(all: readonly NamedCluster[]): Finding[] {
  return all.flatMap(({ name, cluster }, position) => {
    const first = all.slice(0, position).find((other) => other.cluster.uid !== undefined && other.cluster.uid === cluster.uid);
    if (first === undefined) return [];
    return [
      clusterFinding(
        name,
        `${name}: is the same cluster as ${first.name} (same uid of kube-system)`,
        'Give each cluster its own kubeconfig.',
      ),
    ];
  });
}

function withoutCn2({ name, cluster }: NamedCluster): Finding[] {
  const serves = (group: string) => cluster.resources.some((resource) => resource.group === group);
  if (!serves(CONFIGPLANE) || !serves(CORE)) {
    const group = serves(CONFIGPLANE) ? CORE : CONFIGPLANE;
    const message = `${name} does not run the controllers of CN2: it does not serve ${group}`;
    return [clusterFinding(name, message, 'Name the cluster that runs them with --central.')];
  }
  if (seen(cluster, CONFIGPLANE, 'Kubemanager').some(isCentralKubemanager)) return [];
  const message = `${name} has no Kubemanager ${CENTRAL_KUBEMANAGER}, through which CN2 drives the central cluster itself`;
  return [clusterFinding(name, message, 'Name the central cluster with --central, or complete the installation of CN2 there.')];
}

function notDriven(central: string, name: string, known: readonly string[], found: number): Finding {
  if (found > 1)
    return clusterFinding(
      name,
      `${central} has ${found} Kubemanagers with clusterName ${name}`,
      'Remove the ones that are not in use.',
    );
  const message = `${central} has no Kubemanager with clusterName ${name}`;
  const remedy =
    known.length === 0
      ? 'It has none at all: there is no distributed cluster to import.'
      : `It has them for ${known.join(', ')}: name the cluster so, --distributed <name>=<ref>.`;
  return clusterFinding(name, message, remedy);
}

function unnamed(central: string, kubemanager: KubernetesObject): Finding {
  const name = textAt(kubemanager, 'spec', 'clusterName');
  return {
    ...clusterFinding(
      central,
      `Kubemanager ${kubemanager.metadata.name} of ${central} drives a cluster ${name} that was not named: it is left out, with its namespaces and networks`,
      `Name it too, --distributed ${name}=<ref>, or attach it later with the numbers that it has.`,
    ),
    severity: 'warning',
  };
}

function clusterFinding(cluster: string, message: string, remedy: string): Finding {
  return { rule: 'cluster', severity: 'error', cluster, message, remedy };
}
