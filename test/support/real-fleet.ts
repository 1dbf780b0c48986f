import { readFileSync } from 'node:fs';
import type { AggregatedApiServer } from '../../lab/apiserver/aggregated/start.ts';
import type { Switches } from '../../lab/apiserver/aggregated/switches.ts';
import type { ApiServer } from '../../lab/apiserver/apiserver.ts';
import { type Emulator, startEmulator } from '../../lab/cn2/control/plain.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { systemClock } from '../../src/adapters/node/clock.ts';
import { type ExecuteInput, type ExecutionResult, executePlan } from '../../src/apply/execute-plan.ts';
import type { HeldLock } from '../../src/apply/held-lock.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import type { Fleet } from '../../src/model/fleet.ts';
import type { LiveState } from '../../src/model/live.ts';
import type { Desired, Manifest, SecretContent } from '../../src/model/manifest.ts';
import { observe } from '../../src/observe/observe.ts';
import { preview } from '../../src/observe/preview.ts';
import { openQuestions } from '../../src/plan/comparison.ts';
import { type BoundPlan, makePlan } from '../../src/plan/plan.ts';
import { toServed } from '../../src/plan/served.ts';
import { clustersBehind } from '../../src/plan/upgrades.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { toDesired } from '../../src/render/desired.ts';
import { takeApiServer } from './api-servers.ts';
import { takeCentral } from './central-server.ts';
import { MemoryReporter } from './lock.ts';
import { guideDesired } from './memory-plan.ts';
import { servedHere } from './served-here.ts';

const CENTRAL_FILE = new URL('../../examples/guide/cn2/22.2/central_cluster_deployer_example.yaml', import.meta.url);

/** What stands for the data of a TLS secret in a vendor file. */
const MADE_UP = { 'tls.crt': 'Y3J0', 'tls.key': 'a2V5' };

/** The guide's two clusters as real API servers without nodes, with the emulated CN2 beside them, healthy on the central one. */
export interface RealFleet extends AsyncDisposable {
  fleet: Fleet;
  desired: Desired[];
  clusters: Map<string, Cluster>;
  central: Cluster;
  distributed: Cluster;
  /** The connection to the central cluster beneath: what its API itself says. */
  beneath: Cluster;
  emulator: Emulator;
  /** The manifests of another release as this fleet wants them. */
  wanted(manifests: readonly Manifest[]): Desired[];
  /** Files of the audit logs, in the order of the clusters. */
  auditLogs: string[];
  /** The central cluster's server where its core kinds come from an aggregated API. */
  aggregated?: AggregatedApiServer;
}

/** What is attached, and the text of the central file that CN2 was installed with. */
export interface Rendered {
  fleet: Fleet;
  manifests: Manifest[];
  centralFile: string;
}

function renderedExample(): Rendered {
  const { fleet, desired } = guideDesired();
  return { fleet, manifests: desired.map(({ manifest }) => manifest), centralFile: readFileSync(CENTRAL_FILE, 'utf8') };
}

/** `switches`: the central cluster's core kinds come from an aggregated API that begins so; absent: from definitions in it. */
export async function startRealFleet(rendered: Rendered = renderedExample(), switches?: Partial<Switches>): Promise<RealFleet> {
  const { fleet, manifests, centralFile } = rendered;
  const servers = await Promise.all(
    [fleet.central, ...fleet.distributed].map((cluster) => {
      const facts = {
        name: cluster.name,
        kubernetesClusterName: `${cluster.name}.juniper.local`,
        podSubnets: cluster.podSubnets,
        serviceSubnets: cluster.serviceSubnets,
      };
      return cluster.name === fleet.central.name ? takeCentral(facts, switches) : takeApiServer(facts);
    }),
  );
  const [first, second] = servers as [ApiServer, ApiServer];
  let emulator: Emulator | undefined;
  const [declaredFirst, declaredSecond] = [fleet.central, fleet.distributed[0]!];
  const connector = kubernetesConnector();
  const beneath = connector.connect(fleet.central.name, first.kubeconfig);
  const central = new ClientSideCluster(beneath);
  const distributed = new ClientSideCluster(connector.connect(declaredSecond.name, second.kubeconfig));
  const stop = async () => {
    await emulator?.stop();
    await central[Symbol.asyncDispose]();
    await distributed[Symbol.asyncDispose]();
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    emulator = await startEmulator({
      central: { kubeconfig: first.kubeconfig, servedAs: declaredFirst.server, aggregated: switches !== undefined },
      distributed: [{ kubeconfig: second.kubeconfig, servedAs: declaredSecond.server }],
      centralFile,
    });
  } catch (error: unknown) {
    await stop();
    throw error;
  }
  const handover = (server: ApiServer, address: string) => server.kubeconfig.replace(server.url, address);
  const value = (content: SecretContent): string => {
    if (content.type === 'manifest') return JSON.stringify(MADE_UP);
    if (content.type === 'pull-secret') return '{"auths":{}}';
    return content.cluster === fleet.central.name
      ? handover(first, declaredFirst.server)
      : handover(second, declaredSecond.server);
  };
  return {
    fleet,
    desired: toDesired(manifests, value),
    wanted: (others) => toDesired(others, value),
    emulator,
    clusters: new Map([central, distributed].map((cluster) => [cluster.name, cluster])),
    central,
    distributed,
    beneath,
    auditLogs: servers.flatMap(({ auditLog }) => auditLog ?? []),
    ...('behind' in first ? { aggregated: first as AggregatedApiServer } : {}),
    [Symbol.asyncDispose]: stop,
  };
}

export type RealPlan = BoundPlan & { desired: Desired[]; live: LiveState };

/** The tool's own plan of the fleet as it is now. */
export async function planReal(world: RealFleet, wanted: readonly Desired[] = world.desired): Promise<RealPlan> {
  const manifests = wanted.map(({ manifest }) => manifest);
  const live = await observe({ fleet: servedHere(world.fleet, world.clusters), clusters: world.clusters, manifests });
  const served = toServed(wanted, live, clustersBehind(world.fleet, live));
  const previews = await preview(world.clusters, openQuestions(world.fleet, served.desired, live));
  const planned = makePlan({ fleet: world.fleet, index: 'sha256:index', desired: served.desired, live, previews });
  return { ...planned, findings: [...served.findings, ...planned.findings], desired: served.desired, live };
}

/** Carries a plan out against the real clusters. */
export async function executeReal(
  world: RealFleet,
  plan: RealPlan,
  lease: HeldLock,
  changes: Partial<ExecuteInput> = {},
): Promise<ExecutionResult> {
  return await executePlan({
    fleet: world.fleet,
    ...plan,
    clusters: world.clusters,
    clock: systemClock,
    reporter: new MemoryReporter(),
    signal: new AbortController().signal,
    lease,
    gateTimeout: 60_000,
    unproven: lease.unproven() !== undefined,
    ...changes,
  });
}

/** A process that is killed after so many writes over all its connections: nothing it sends after that arrives. */
export function dyingAfter(clusters: ReadonlyMap<string, Cluster>, writes: number): Map<string, Cluster> {
  let left = writes;
  const counted = new Set(['apply', 'replaceManagedFields', 'create', 'update', 'delete']);
  const wrap = (cluster: Cluster) =>
    new Proxy(cluster, {
      get(target, property) {
        const member = Reflect.get(target, property) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (left <= 0) throw new Error('killed');
          if (counted.has(String(property))) left -= 1;
          return member.apply(target, args) as unknown;
        };
      },
    });
  return new Map([...clusters].map(([name, cluster]) => [name, wrap(cluster)]));
}
