import type { SourceMap } from '../model/declaration.ts';
import { detachedCluster } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import type { Plan, Precondition } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Scope } from '../model/scope.ts';
import { withConvertedHidden } from '../observe/converted.ts';
import { withKindsOfDetach } from '../observe/kinds-of-detach.ts';
import { withMoreKinds } from '../observe/more-kinds.ts';
import { observe } from '../observe/observe.ts';
import { preview } from '../observe/preview.ts';
import { withSecretsRequired } from '../observe/secrets-required.ts';
import { openQuestions } from '../plan/comparison.ts';
import type { Leaving } from '../plan/detach.ts';
import { detachFindings } from '../plan/detach-findings.ts';
import { type KindsInUse, NO_KINDS } from '../plan/kinds-in-use.ts';
import { makePlan } from '../plan/plan.ts';
import { toServed } from '../plan/served.ts';
import { clustersBehind } from '../plan/upgrades.ts';
import type { Clock } from '../ports/clock.ts';
import { redact } from '../report/redact.ts';
import { redactPlan } from '../report/redact-plan.ts';
import { judgeLive } from '../rules/judge.ts';
import { lowered } from '../rules/severity.ts';
import type { Session } from './session.ts';

/** What a look at the live clusters needs. */
export interface LookInput {
  fleet: Fleet;
  source?: SourceMap;
  /** The vendor's files, where what they require of the clusters is to be judged. */
  vendorFiles?: Readonly<Record<string, string>>;
  /** Digest of the index that the desired objects belong to. */
  index: string;
  desired: readonly Desired[];
  session: Session;
  scope: Scope;
  /** Milliseconds since the epoch: an exception from a rule may have ended. */
  now: number;
  /** For what is carried out: a cluster whose Secrets may not be read is unknown, and not one on which they are not compared. */
  secrets?: 'required';
  /** For what brings deployers up: kinds that cannot be converted without one are left out, and the cluster is judged without them. */
  converted?: 'left-out';
  /** For a report that no single cluster may hold up: those that take far longer than all others are unknown. */
  laggards?: Clock;
  /** Kinds of the user's own objects that may be left of earlier applies; absent: none are looked for. */
  inUse?: KindsInUse | Promise<KindsInUse>;
}

/** What a look at the live clusters gives. */
export interface Look {
  plan: Plan;
  preconditions: Precondition[];
  /** Objects of detaches that are being deleted already. */
  leaving: Leaving[];
  /** As the clusters serve them. */
  desired: Desired[];
  live: LiveState;
  /** Live rules, clusters that could not be read, an unhealthy central cluster. Like the plan, without secrets. */
  findings: Finding[];
}

/**
 * Reads the clusters, asks the servers about what may differ (dry-runs only) and makes the plan. `concurrency`: clusters that are read at
 * the same time.
 */
export async function look(input: LookInput, concurrency: number): Promise<Look> {
  const { fleet, source, index, session, scope, laggards, vendorFiles, now } = input;
  const manifests = input.desired.map(({ manifest }) => manifest);
  const [first, inUse] = await Promise.all([
    observe({ fleet, clusters: session.connections, manifests, scope, ...present({ laggards }) }, concurrency),
    input.inUse ?? NO_KINDS,
  ]);
  const found = await withMoreKinds(first, session.connections, inUse, concurrency);
  const known = input.converted === 'left-out' ? withConvertedHidden(found) : found;
  const seen = await withKindsOfDetach(known, session.connections, fleet, concurrency);
  const live = input.secrets === 'required' ? withSecretsRequired(seen) : seen;
  const served = toServed(input.desired, live, clustersBehind(fleet, live));
  const questions = openQuestions(fleet, served.desired, live, { scope });
  const previews = await preview(session.connections, questions, concurrency);
  const planned = makePlan({ fleet, index, desired: served.desired, live, previews, scope });
  return {
    plan: redactPlan(planned.plan, session.secrets),
    preconditions: planned.preconditions,
    leaving: planned.leaving,
    desired: served.desired,
    live,
    findings: redact(
      [
        ...unknownClusters(live, fleet, source, session),
        ...served.findings,
        ...planned.findings,
        ...detachFindings({ fleet, live, planned, scope, ...present({ source }) }),
        ...judgeClusters({ fleet, live, manifests, now, ...present({ source, vendorFiles }) }),
      ],
      session.secrets,
    ),
  };
}

/**
 * Rule cluster: what could not be reached or read, at its entry in the declaration. Where there is no connection (`session`), its
 * credential has a finding already; a login that fails later, as a plug-in's, has none yet.
 */
export function unknownClusters(
  live: LiveState,
  fleet: Fleet,
  source: SourceMap | undefined,
  session?: Pick<Session, 'clusters'>,
): Finding[] {
  return live.clusters
    .filter(
      ({ status, problem, name }) => status === 'unknown' && (problem?.cause !== 'credential' || session?.clusters.has(name)),
    )
    .map((cluster) => clusterFinding(cluster, fleet, source));
}

function clusterFinding(cluster: LiveCluster, fleet: Fleet, source: SourceMap | undefined): Finding {
  const position = fleet.distributed.findIndex(({ name }) => name === cluster.name);
  const place = source?.valueAt(`${position < 0 ? '/central' : `/distributed/${position}`}/kubeconfig`);
  const remedy = REMEDIES[cluster.problem?.cause ?? 'error'] ?? 'Look at the cluster, then run the same command again.';
  const leaving = detachedCluster(fleet, cluster.name) === undefined ? '' : GONE_FOR_GOOD;
  return {
    rule: cluster.problem?.cause === 'credential' ? 'credential' : 'cluster',
    severity: 'error',
    cluster: cluster.name,
    ...(source === undefined || place === undefined ? {} : { file: source.file, ...place }),
    message: cluster.problem?.message ?? `${cluster.name}: could not be read`,
    remedy: `${remedy}${leaving}`,
  };
}

/** Live rules, with the severity that the declaration gives them; two declared clusters that are really one are said instead, since every rule between them would mislead. */
export function judgeClusters(input: Parameters<typeof judgeLive>[0] & { now: number }): Finding[] {
  const same = sameClusters(input.live, input.fleet, input.source);
  if (same.length > 0) return same;
  // What has to hold for a cluster of CN2 need not for one that leaves.
  const clusters = input.live.clusters.filter(({ name }) => detachedCluster(input.fleet, name) === undefined);
  return lowered(judgeLive({ ...input, live: { clusters } }), input);
}

/** The kubeconfig of one cluster was given for another, too. */
function sameClusters(live: LiveState, fleet: Fleet, source: SourceMap | undefined): Finding[] {
  return live.clusters.flatMap((cluster, position) => {
    const first = live.clusters.slice(0, position).find(({ uid }) => uid !== undefined && uid === cluster.uid);
    if (first === undefined) return [];
    const problem = {
      cause: 'error' as const,
      message: `${cluster.name}: is the same cluster as ${first.name} (same uid of kube-system)`,
    };
    return [{ ...clusterFinding({ ...cluster, problem }, fleet, source), remedy: 'Give each cluster its own kubeconfig.' }];
  });
}

const GONE_FOR_GOOD = ' If the cluster is gone for good, say detach: {unreachable: true}: the central side alone is cleaned up.';

const REMEDIES: Partial<Record<string, string>> = {
  unreachable: 'Check that the address in the kubeconfig is right and reachable from here.',
  timeout: 'Check that the API server answers and that nothing on the way drops packets.',
  certificate: 'Check the certificate of the API server and the authority in the kubeconfig.',
  unauthorized: 'The credentials in the kubeconfig have expired or belong to another cluster: renew them.',
  forbidden: 'Grant the identity of the kubeconfig the permission that is named.',
  conversion:
    'The deployer converts these kinds: look at its pod in namespace contrail-deploy, and at the secret webhook-server-cert. An apply brings up what is approved of it.',
  credential: 'Make the kubeconfig work with kubectl on this machine first, or use one with an embedded credential.',
  unavailable: 'An aggregated API does not answer: bring it up first; what it serves cannot be judged.',
};
