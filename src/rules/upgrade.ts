import { CONFIGPLANE, DEPLOYER } from '../cn2/names.ts';
import { RELEASES, releaseFacts, releaseOf } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { apiVersionOf } from '../model/kubernetes.ts';
import type { LiveCluster } from '../model/live.ts';
import {
  type ClusterUpgrade,
  centralImages,
  clusterImages,
  isIncomparable,
  isNewer,
  isOlder,
  type RunningImage,
  upgradesOf,
} from '../plan/upgrades.ts';
import { finding, type LiveInput, type Rule } from './rule.ts';

/**
 * That the central cluster comes first is derived: its controllers roll without interruption, and they alone serve the kinds in the
 * versions of the new release. Nothing is published about going back, and nothing about the releases that an upgrade may jump over.
 */
export const upgrade: Rule = {
  id: 'upgrade',
  sentence:
    'The central cluster runs the declared release before a distributed cluster is brought to it; no cluster is brought to an older one, and the fleet is never between more than two releases.',
  remedy: 'Bring the central cluster to the declared release first, or declare the release that it runs.',
  source: 'derived',
  judgeLive(input) {
    const upgrades = upgradesOf(input.fleet, input.live);
    return [...centralFirst(input), ...downgrades(input), ...severalReleases(input), ...jumps(input, upgrades)];
  },
};

function centralFirst(input: LiveInput): Finding[] {
  const { fleet, live } = input;
  const central = live.clusters.find(({ role, status }) => role === 'central' && status === 'known');
  if (central === undefined) return [];
  const images = centralImages(fleet, central);
  const older = images.find(isOlder);
  const newer = images.find(isNewer);
  const { version, manifests } = fleet.release;
  if (older !== undefined) {
    const between = images.some((image) => !isOlder(image));
    const state = between ? `is between two releases: ${runs(older)}` : `is not on the declared release yet: ${runs(older)}`;
    return [
      finding(upgrade, versionPlace(input), `the central cluster ${central.name} ${state}, release.version is ${version}`, {
        cluster: central.name,
        remedy: between
          ? `Wait until its controllers have rolled (kubectl get deployments,statefulsets -A), then plan again.`
          : `Upgrade ${central.name} first, with the central file of ${manifests} (kubectl apply -f …), wait until its controllers are available, then plan again. Nothing is applied before.`,
      }),
    ];
  }
  if (newer !== undefined) return [aheadOf(input, central, newer)];
  return notServed(input, central);
}

/** The normal state between the upgrade of the central cluster and the change of the declaration: nothing stops for it. */
function aheadOf(input: LiveInput, central: LiveCluster, newer: RunningImage): Finding {
  const { version } = input.fleet.release;
  return finding(
    upgrade,
    versionPlace(input),
    `the central cluster ${central.name} is ahead of the declaration: ${runs(newer)}, release.version is ${version}`,
    {
      cluster: central.name,
      severity: 'warning',
      remedy: `To upgrade the distributed clusters, declare version: ${newer.tag} with the manifests of that release.`,
    },
  );
}

/** Images are one thing, the definitions that they load another. */
function notServed(input: LiveInput, central: LiveCluster): Finding[] {
  const version = releaseFacts(input.fleet.release.version)?.versions.configplane;
  const offered = central.resources.filter(({ group, kind }) => group === CONFIGPLANE && kind === 'Kubemanager');
  if (version === undefined || offered.length === 0 || offered.some((resource) => resource.version === version)) return [];
  const versions = offered.map((resource) => apiVersionOf(CONFIGPLANE, resource.version)).join(', ');
  return [
    finding(
      upgrade,
      versionPlace(input),
      `the central cluster ${central.name} does not serve Kubemanager in ${apiVersionOf(CONFIGPLANE, version)} yet, only in ${versions}`,
      {
        cluster: central.name,
        remedy: `Finish the upgrade of ${central.name} first: its deployer loads the definitions of release ${releaseOf(input.fleet.release.version)}.`,
      },
    ),
  ];
}

/**
 * Its kinds are those of the newer release by now, and objects are stored in their versions. The tag of a deployer alone tells that; of
 * the others one within the release may be a hotfix that is taken back (`release.images`).
 */
function downgrades(input: LiveInput): Finding[] {
  const { fleet, live } = input;
  return fleet.distributed.flatMap((cluster) => {
    const { name } = cluster;
    const images = clusterImages(fleet, live, cluster);
    const newer = images.find(
      (image) => isNewer(image) && (image.name === DEPLOYER || releaseOf(image.tag) !== releaseOf(image.declared)),
    );
    const unknown = images.find(isIncomparable);
    const say = (message: string, remedy: string) => [finding(upgrade, versionPlace(input), message, { cluster: name, remedy })];
    if (newer !== undefined)
      return say(
        `${name} would be brought to an older release: ${runs(newer)}, release.version is ${newer.declared}`,
        `Declare version: ${newer.tag} with the manifests of that release. Nothing is published about going back; a cluster that has to go back is detached and attached again.`,
      );
    if (unknown === undefined) return [];
    return say(
      `whether ${name} would be brought to an older release is not known: ${unknown.of} runs ${unknown.name} with ${unknown.tag === '' ? 'no tag' : `tag ${unknown.tag}`}, which is none of CN2`,
      `Look at what that image is, and set it by hand to the tag of its release (declared is ${unknown.declared}), or declare the tag in release.images.`,
    );
  });
}

/** Two older releases run, on two clusters or on parts of one: an upgrade was begun and never finished. */
function severalReleases(input: LiveInput): Finding[] {
  const { fleet, live } = input;
  const [first, ...others] = fleet.distributed.flatMap((cluster) =>
    clusterImages(fleet, live, cluster)
      .filter(isOlder)
      .map((image) => ({ ...image, cluster: cluster.name })),
  );
  const differing = others.filter(({ tag }) => releaseOf(tag) !== releaseOf(first!.tag));
  const other = differing.find(({ cluster }) => cluster !== first!.cluster) ?? differing[0];
  if (first === undefined || other === undefined) return [];
  const parts =
    first.cluster === other.cluster
      ? `on ${first.cluster} ${runs(first)}, ${runs(other)}`
      : `${first.cluster} runs ${first.tag}, ${other.cluster} runs ${other.tag}`;
  return [
    finding(
      upgrade,
      versionPlace(input),
      `an upgrade would skip one that is not finished: ${parts}, release.version is ${first.declared}`,
      {
        remedy: `Finish the upgrade to the newer of the two first (declare it and its manifests, and apply), then declare ${first.declared}.`,
      },
    ),
  ];
}

function jumps(input: LiveInput, upgrades: readonly ClusterUpgrade[]): Finding[] {
  const [first] = upgrades;
  if (first === undefined) return [];
  const place = (tag: string) => RELEASES.findIndex(({ release }) => release === releaseOf(tag));
  const [from, to] = [place(first.from), place(first.to)];
  if (from < 0)
    return [
      finding(
        upgrade,
        versionPlace(input),
        `${first.cluster} runs ${first.from}, which is of no release that an upgrade is known from`,
        {
          cluster: first.cluster,
          remedy: `Known are ${RELEASES.map(({ release }) => release).join(', ')}: bring ${first.cluster} to one of them as Juniper says.`,
        },
      ),
    ];
  const between = RELEASES.slice(from + 1, to).map(({ release }) => release);
  if (between.length === 0) return [];
  return [
    finding(
      upgrade,
      versionPlace(input),
      `the upgrade from ${first.from} to ${first.to} leaves out ${between.join(', ')}; no published text says whether CN2 supports that`,
      {
        severity: 'warning',
        remedy: 'Ask Juniper, and rehearse it in a lab first; or declare one release after the other.',
      },
    ),
  ];
}

function runs({ of, tag }: RunningImage): string {
  return `${of} runs ${tag}`;
}

function versionPlace({ source }: LiveInput): FilePosition | undefined {
  return source === undefined ? undefined : placeOf(source, '/release/version');
}
