import { FLEET_LABEL } from '../cn2/names.ts';
import { DNS_LABEL, fits } from '../declare/text-forms.ts';
import type { Fields } from '../model/json-object.ts';
import { accessOnCentral, accessOnDistributed, findAccess, pullSecretOn } from './access.ts';
import type { DraftChoices } from './make-draft.ts';
import { type FoundRelease, imageObjects, isVendorRegistry, mostFrequent, registryOn } from './release.ts';
import { type ChosenFolders, documentsOf, hasObject, imagesOfFolder } from './vendor.ts';
import { type DistributedView, textAt, type View } from './view.ts';

/** The variable that a first declaration names for the pull secret. */
export const PULL_SECRET_VARIABLE = 'CN2_PULL_SECRET';

/** What is known beside the objects of the clusters. */
export interface Known {
  /** As the user names the fleet. */
  name?: string;
  release: FoundRelease;
  /** Absent: no folder was given. */
  folders?: ChosenFolders;
  /** The kubeconfigs with which the clusters were reached, by cluster: texts, and the context in use. */
  kubeconfigs: ReadonlyMap<string, { text: string; context?: string }>;
}

/** What a declaration says of its release and of how clusters are reached. */
export function choicesOf(view: View, known: Known): DraftChoices {
  const { folders } = known;
  const registry = releaseRegistry(view, folders);
  const given = (cluster: string) => known.kubeconfigs.get(cluster) ?? { text: '' };
  const central = findAccess(
    given(view.central.name),
    view.distributed.map(({ cluster }) => accessOnDistributed(cluster)),
  );
  const pulls = new Map(view.distributed.map(({ name, cluster }) => [name, pullSecretOn(cluster)]));
  const usualPull = mostFrequent([...pulls.values()].filter((value) => value !== undefined));
  const distributed = view.distributed.map((cluster) => {
    const secret = textAt(cluster.kubemanager, 'spec', 'kubeconfigSecretName');
    const access = findAccess(given(cluster.name), [accessOnCentral(view.central.cluster, secret)]);
    const own = folders?.own.get(cluster.name);
    const ownSecret = pulls.get(cluster.name) !== usualPull && pulls.get(cluster.name) !== undefined;
    const ownRegistry = registryOf(cluster, registry, folders);
    const choices = {
      access,
      ...(ownSecret ? { ownPullSecret: true } : {}),
      ...(ownRegistry === undefined ? {} : { registry: ownRegistry }),
      ...(own === undefined ? {} : { manifests: own.name }),
      ...(folders === undefined ? {} : { usualNodes: folders.release.folder.kubemanager!.nodeSelector }),
    };
    return [cluster.name, choices] as const;
  });
  return {
    name: known.name ?? fleetName(view) ?? 'fleet',
    release: releaseKeys(known, registry),
    central: { access: central },
    distributed: new Map(distributed),
    rendered: (cluster, object) => {
      const folder = folders?.own.get(cluster)?.folder ?? folders?.release.folder;
      return cluster !== view.central.name && folder !== undefined && hasObject(folder, object);
    },
    notes: notesOf(view),
  };
}

function notesOf({ unnamed }: View): string[] {
  const theirs = unnamed.length === 1 ? 'its' : 'their';
  return [
    'What runs on the clusters, as cn2-fleet import found it. Read it before anything is made of it: cn2-fleet plan says what an apply would do.',
    ...(unnamed.length === 0
      ? []
      : [`Not in here: ${unnamed.join(', ')}, which the central cluster drives too, with ${theirs} namespaces and networks.`]),
  ];
}

/** The name under which the objects are some fleet's already. */
function fleetName({ distributed }: View): string | undefined {
  const name = distributed[0]?.kubemanager.metadata.labels?.[FLEET_LABEL];
  return name !== undefined && fits(name, DNS_LABEL) ? name : undefined;
}

function releaseKeys({ release, folders }: Known, registry: string | undefined): DraftChoices['release'] {
  const { version, facts } = release;
  const images = imagesOfFolder(release.images, folders?.release.folder);
  const comments: Record<string, string> = {
    pullSecret:
      'Docker config JSON for the registry: what the Secrets registrypullsecret hold. The variable is yours to name and to set.',
  };
  if (folders === undefined)
    comments['manifests'] =
      `Put Juniper's multi-cluster manifests of ${facts.release} (images ${version}) there, as downloaded; then import with --manifests compares what runs with them.`;
  if (Object.keys(images).length > 0) comments['images'] = 'Images that run with another tag than most: a hotfix.';
  const value: Fields = {
    version,
    ...(Object.keys(images).length === 0 ? {} : { images }),
    manifests: folders?.release.name ?? `cn2/${facts.release}`,
    ...(registry === undefined ? {} : { registry }),
    pullSecret: { env: PULL_SECRET_VARIABLE },
  };
  return { value, comments };
}

/** The mirror that the Kubemanagers come from; undefined: what the folder has, or the vendor. */
function releaseRegistry({ distributed }: View, folders: ChosenFolders | undefined): string | undefined {
  const live = registryOn(distributed.map(({ kubemanager }) => kubemanager));
  const image = folders?.release.folder.kubemanager?.image;
  const usual = image?.slice(0, image.lastIndexOf('/'));
  return live === undefined || live === usual || (usual === undefined && isVendorRegistry(live)) ? undefined : live;
}

/** The mirror that a distributed cluster pulls from, where it is not that of the release. */
function registryOf(
  { name, cluster }: DistributedView,
  release: string | undefined,
  folders: ChosenFolders | undefined,
): string | undefined {
  const live = registryOn(imageObjects(cluster));
  const folder = (folders?.own.get(name) ?? folders?.release)?.folder;
  const usual = release ?? (folder === undefined ? undefined : registryOn(documentsOf(folder).map(({ object }) => object)));
  return live === undefined || live === usual || (usual === undefined && isVendorRegistry(live)) ? undefined : live;
}
