import { contains, parseAddress, parseCidr } from '../declare/cidr.ts';
import type { PairVerdict } from '../model/smoke.ts';
import type { ClusterAccess, PathFacts } from './facts.ts';
import type { Fault } from './fault.ts';

/** What tells all of a cluster's credential, address and rights. */
const doctor = (cluster: string) => `cn2-fleet doctor --only ${cluster}`;

/**
 * What keeps the clusters of a path from being asked: those of its ends, and the central one, which has every network. More than one
 * where several cannot be asked: whoever mends one would learn of the other only by the next run.
 */
export function accessFaults({ source, target }: PairVerdict, central: string, { access }: PathFacts): Fault[] {
  return [...new Set([central, source.cluster, target.cluster])].flatMap((name) => {
    const known = access.get(name);
    return known?.problem === undefined
      ? []
      : [{ rung: 'api', cause: `${known.problem}${hereText(known)}`, command: doctor(name) } satisfies Fault];
  });
}

/** Two names for one cluster: nothing that is measured between them is what was declared. */
export function sameClusterFault({ source, target }: PairVerdict, { access }: PathFacts): Fault | undefined {
  for (const name of new Set([source.cluster, target.cluster])) {
    const uid = access.get(name)?.uid;
    const twin = [...access].find(([other, known]) => other !== name && uid !== undefined && known.uid === uid)?.[0];
    if (twin === undefined) continue;
    const [one, other] = [name, twin].sort() as [string, string];
    return {
      rung: 'api',
      cause: `the kubeconfigs of ${one} and ${other} lead to the same cluster: both have the uid ${uid}, expected two clusters`,
      object: { cluster: other, kind: 'Namespace', name: 'kube-system' },
      command: "kubectl get namespace kube-system -o jsonpath='{.metadata.uid}'",
    };
  }
  return undefined;
}

/** A right that the identity lacks, as the API server has said it while probes were made. */
export function rightsFault(reason: string, cluster: string): Fault | undefined {
  const [said] = LACKING.exec(reason) ?? [];
  return said === undefined ? undefined : { rung: 'api', cause: `${cluster}: ${said}`, command: doctor(cluster) };
}

/** As a failed request is told, and what was asked before anything is made. */
const LACKING = /(?:nothing was made, as )?the credential may not (?:.*?\(403\)|.*)/;

/** An address of the host that asks is a common reason why nobody answers there. */
function hereText({ server }: ClusterAccess): string {
  const host = URL.parse(server ?? '')?.hostname.replace(/^\[|\]$/g, '');
  if (host === undefined || !isLoopback(host)) return '';
  return `; its kubeconfig names ${host}, which is whatever host reads it`;
}

const LOOPBACKS = ['127.0.0.0/8', '::1/128'].map((text) => parseCidr(text)!);

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const address = parseAddress(host);
  if (address === undefined) return false;
  return LOOPBACKS.some((cidr) => contains(cidr, address));
}
