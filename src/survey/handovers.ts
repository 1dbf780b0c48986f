import pMap from 'p-map';
import { canonicalServer } from '../declare/same-server.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Scope } from '../model/scope.ts';
import { rewriteServer } from '../render/kubeconfig.ts';
import { clustersOf } from '../rules/clusters.ts';
import { judgeHandoverTrial, judgeHandoverValue } from '../rules/e19-handover.ts';
import type { HandoverInput } from '../rules/rule.ts';
import type { SurveyPorts } from './survey-ports.ts';

/** Kubeconfigs that are tried out at the same time. */
const TRIALS = 8;

/**
 * Rule E19. Judges each kubeconfig that the attached clusters in scope are handed or hand over, where its value is there: a missing one is said
 * where it is needed. `tried`: GET /version is sent to the declared server, too, once each.
 */
export async function judgeHandovers(
  ports: Omit<SurveyPorts, 'reporter'>,
  input: { fleet: Fleet; scope: Scope; source?: SourceMap; tried: boolean },
): Promise<Finding[]> {
  const { fleet, scope, source, tried } = input;
  const given: HandoverInput[] = [];
  for (const { cluster, at } of handingOver(fleet, scope)) {
    const ref = cluster.handover ?? cluster.kubeconfig;
    const value = await ports.credentials.resolve(ref);
    if (value.status === 'missing') continue;
    given.push({
      at: `${at}/${cluster.handover === undefined ? 'kubeconfig' : 'handover'}`,
      cluster: cluster.name,
      value: value.value,
      server: cluster.server,
      isOwn: cluster.handover === undefined,
      now: ports.clock.now(),
      ...(ref.context === undefined ? {} : { context: ref.context }),
      ...(source === undefined ? {} : { source }),
    });
  }
  const judged = await pMap(
    given,
    async (each) => {
      const findings = judgeHandoverValue(each);
      const isGood = findings.every(({ severity }) => severity !== 'error');
      return tried && isGood && mayBeTried(each) ? [...findings, ...(await trial(ports, each))] : findings;
    },
    { concurrency: TRIALS },
  );
  return judged.flat();
}

/** The central cluster's goes to each distributed one, a distributed one's to the central one. */
function handingOver(fleet: Fleet, scope: Scope) {
  const clusters = clustersOf(fleet);
  const attached = clusters.filter(
    ({ cluster }) => 'state' in cluster && cluster.state === 'attached' && scope.has(cluster.name),
  );
  return attached.length === 0 ? [] : [...clusters.filter(({ role }) => role === 'central'), ...attached];
}

/**
 * The declared server may be a stranger's: it gets to see a credential only where the kubeconfig says whose certificate it must have, or
 * where it is the kubeconfig's own server. That one the tool's own connection tries anyway.
 */
function mayBeTried(each: HandoverInput): boolean {
  if (!isElsewhere(each)) return !each.isOwn;
  return readKubeconfig(each.value, each.context).cluster.authority !== undefined;
}

function isElsewhere({ value, context, server }: HandoverInput): boolean {
  return canonicalServer(readKubeconfig(value, context).cluster.server) !== canonicalServer(server);
}

async function trial(ports: Pick<SurveyPorts, 'connector' | 'secrets'>, each: HandoverInput): Promise<Finding[]> {
  const copy = rewriteServer(each.value, each.context, each.server);
  const reveal = (secret: string) => ports.secrets.revealAuthorization(secret);
  return judgeHandoverTrial(each, await ports.connector.tryOut?.(each.cluster, copy, { reveal, stranger: isElsewhere(each) }));
}
