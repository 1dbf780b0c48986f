import type { DoctorCheck } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import type { LiveCluster, LiveState } from '../model/live.ts';
import { centralFinding } from '../plan/central.ts';
import { centralImages, clusterImages } from '../plan/upgrades.ts';
import { check, checkOf } from './checks.ts';
import { withoutName } from './clusters.ts';

export interface Cn2Facts {
  fleet: Fleet;
  live: LiveState;
  /** Of the rules on live clusters. */
  findings: readonly Finding[];
}

/** Whether CN2 runs on the central cluster and is healthy, what runs on the others, and what rules say of them. */
export function cn2Checks({ fleet, live, findings }: Cn2Facts): DoctorCheck[] {
  const others = findings.filter(({ cluster }) => cluster === undefined || !live.clusters.some(({ name }) => name === cluster));
  const each = live.clusters.flatMap((cluster) => {
    const { name, role } = cluster;
    if (cluster.status === 'unknown') {
      const why = cluster.problem === undefined ? '' : `: ${withoutName(cluster.problem.message, name)}`;
      return [check('cn2', name, 'unknown', `the cluster could not be read${why}`, { cluster: name })];
    }
    const own = findings.filter((finding) => finding.cluster === name).map((finding) => checkOf('cn2', name, finding));
    const declared = fleet.distributed.find((each) => each.name === name);
    return [role === 'central' ? central(fleet, live, cluster) : distributed(fleet, live, cluster, declared), ...own];
  });
  return [...each, ...others.map((finding) => checkOf('cn2', fleet.metadata.name, finding))];
}

function central(fleet: Fleet, live: LiveState, cluster: LiveCluster): DoctorCheck {
  const { name } = cluster;
  const tags = tagsOf(centralImages(fleet, cluster));
  const unhealthy = centralFinding(fleet, live);
  if (unhealthy !== undefined && tags.length > 0)
    return checkOf('cn2', name, { ...unhealthy, remedy: sentence(unhealthy.remedy) });
  if (unhealthy !== undefined)
    return check('cn2', name, 'to-do', 'the controllers of CN2 are not there', {
      cluster: name,
      remedy: `Install CN2 on ${name} with the central file of ${fleet.release.manifests}: cn2-fleet attaches clusters to a central one that runs.`,
    });
  const runs = tags.length === 0 ? '' : ` ${tags.join(', ')}`;
  return check('cn2', name, 'ok', `CN2${runs} is healthy; declared is ${fleet.release.version}`, { cluster: name });
}

function distributed(
  fleet: Fleet,
  live: LiveState,
  { name }: LiveCluster,
  declared: DistributedCluster | undefined,
): DoctorCheck {
  const tags = declared === undefined ? [] : tagsOf(clusterImages(fleet, live, declared));
  const seen = tags.length === 0 ? 'CN2 is not there yet: an apply attaches it' : `CN2 ${tags.join(', ')} is there`;
  return check('cn2', name, 'ok', seen, { cluster: name });
}

function tagsOf(images: readonly { tag: string }[]): string[] {
  return [...new Set(images.map(({ tag }) => tag))].sort();
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
