import { CERT_MANAGER } from '../cn2/names.ts';
import { type Platform, platformOf, supportOf } from '../cn2/platforms.ts';
import { releaseFacts, releaseOf } from '../cn2/releases.ts';
import { isObjectsConfigMap } from '../cn2/vendor-files.ts';
import type { Finding } from '../model/finding.ts';
import type { LiveCluster } from '../model/live.ts';
import { parsedFile } from '../render/parsed-file.ts';
import { clusterPlace, isWithoutVrouter } from './live-cluster.ts';
import { finding, type LiveInput, type ManifestsInput, type Rule } from './rule.ts';

/** The ConfigMap that only the files for EKS have. */
const EKS_OBJECTS = 'contrail-eks-cr';
/** In the cert-manager file, which no other folder has either. */
const OWN_CERT_MANAGER = `name: certificates.${CERT_MANAGER}`;

/** Checked only until CN2 runs there, which answers the question. */
export const platformSupported: Rule = {
  id: 'E29',
  sentence:
    'A cluster that is attached is upstream Kubernetes, from CN2 23.1 on also EKS (with its own files), from 23.2 on also RKE2; not OpenShift with 22.1. Platforms that no text of CN2 names are a warning.',
  remedy: 'Attach a cluster of upstream Kubernetes, or use a release of CN2 that runs on this platform.',
  source: 'documented',
  notChecked: 'what was changed about a Kubernetes without a trace in its versions, node labels and API groups.',
  judgeManifests: judgeFiles,
  judgeLive(input) {
    return input.live.clusters
      .filter((cluster) => cluster.role === 'distributed' && isWithoutVrouter(cluster))
      .flatMap((cluster) => judgeCluster(cluster, input));
  },
};

/** The files for EKS came with the release that runs there. */
function judgeFiles({ fleet, vendorFiles }: ManifestsInput): Finding[] {
  const eks: Platform = { name: 'EKS', since: '23.1', excludedBy: [] };
  if (supportOf(eks, fleet.release.version) !== 'excluded') return [];
  return Object.keys(vendorFiles).flatMap((file) =>
    parsedFile(vendorFiles, file).documents.flatMap(({ object, at }) =>
      isObjectsConfigMap(object) && object.metadata.name === EKS_OBJECTS
        ? [
            finding(
              platformSupported,
              at(['metadata', 'name']),
              `${file} is for EKS, on which CN2 ${releaseOf(fleet.release.version)} does not run`,
            ),
          ]
        : [],
    ),
  );
}

function judgeCluster(cluster: LiveCluster, input: LiveInput): Finding[] {
  const { fleet, source } = input;
  if (cluster.facts === undefined || releaseFacts(fleet.release.version) === undefined) return [];
  const platform = platformOf(cluster.facts, new Set(cluster.resources.map(({ group }) => group)));
  const place = clusterPlace(fleet, source, cluster.name);
  const release = releaseOf(fleet.release.version) ?? fleet.release.version;
  const support = platform && supportOf(platform, fleet.release.version);
  if (platform !== undefined && support === 'excluded')
    return [
      finding(platformSupported, place, `${cluster.name} is ${platform.name}, on which CN2 ${release} does not run`, {
        cluster: cluster.name,
      }),
    ];
  if (platform !== undefined && support === 'unknown')
    return [
      finding(platformSupported, place, `${cluster.name} is ${platform.name}, which no text of CN2 ${release} names`, {
        cluster: cluster.name,
        severity: 'warning',
        remedy: 'Ask the vendor, or try it with a cluster that nobody needs.',
      }),
    ];
  return judgeLayout(cluster, platform?.name === 'EKS', input);
}

/** Files for EKS on another platform, or the other way round: the two have other node selectors and another order. */
function judgeLayout(cluster: LiveCluster, isEks: boolean, { fleet, source, vendorFiles = {} }: LiveInput): Finding[] {
  const folder = fleet.distributed.find(({ name }) => name === cluster.name)?.manifests ?? fleet.release.manifests;
  const texts = Object.entries(vendorFiles).flatMap(([file, text]) => (file.startsWith(`${folder}/`) ? [text] : []));
  const has = (word: string) => texts.some((text) => text.includes(word));
  const message = isEks
    ? texts.length > 0 &&
      !has(EKS_OBJECTS) &&
      !has(OWN_CERT_MANAGER) &&
      `${cluster.name} is EKS, but the files in ${folder} are not those for EKS`
    : has(EKS_OBJECTS) && `the files in ${folder} are those for EKS, but ${cluster.name} is not EKS`;
  if (message === false) return [];
  return [
    finding(platformSupported, clusterPlace(fleet, source, cluster.name, 'manifests'), message, {
      cluster: cluster.name,
      severity: 'warning',
      remedy: `Give ${cluster.name} the vendor's files for its platform: manifests: <folder>.`,
    }),
  ];
}
