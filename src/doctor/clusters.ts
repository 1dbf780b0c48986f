import type { DoctorCheck } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveCluster } from '../model/live.ts';
import { check } from './checks.ts';

/** What there is to say of a connection beside what was read through it. */
export interface ReachFacts {
  cluster: LiveCluster;
  /** The address that was dialled; absent: there is no connection. */
  server?: string;
  /** As whom the server knows us. */
  identity?: string;
  /** Of rules credential and cluster about this cluster. */
  findings: readonly Finding[];
}

/** Whether the API server of a cluster answers, and to whom. */
export function reachCheck({ cluster, server, identity, findings }: ReachFacts): DoctorCheck {
  const { name, facts, problem } = cluster;
  const more = { cluster: name };
  if (server === undefined) return check('clusters', name, 'unknown', 'not asked: there is no kubeconfig that can be used', more);
  if (facts !== undefined) {
    const who = identity === undefined ? '' : `, which knows us as ${identity}`;
    return check('clusters', name, 'ok', `${server} answers: Kubernetes ${facts.serverVersion}${who}`, more);
  }
  const [finding] = findings.filter(({ severity }) => severity === 'error');
  const seen = withoutName(finding?.message ?? problem?.message ?? 'does not answer', name);
  return check('clusters', name, 'to-do', seen.includes(server) ? seen : `${server}: ${seen}`, {
    ...more,
    remedy: finding?.remedy || 'Make kubectl work with the same kubeconfig on this host first.',
  });
}

/** Warnings of a connection, as of a server that nobody checks. */
export function connectionRemarks(cluster: string, findings: readonly Finding[]): DoctorCheck[] {
  return findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ message, remedy }) => check('clusters', cluster, 'remark', withoutName(message, cluster), { cluster, remedy }));
}

/** Messages begin with the name, which the subject has already. */
export function withoutName(message: string, cluster: string): string {
  return message.startsWith(`${cluster}: `) ? message.slice(cluster.length + 2) : message;
}
