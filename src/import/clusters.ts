import { clusterPrefix, PULL_SECRET } from '../cn2/names.ts';
import type { CredentialRef } from '../model/fleet.ts';
import type { Fields } from '../model/json-object.ts';
import { sameJson } from '../plan/json.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import type { FoundAccess } from './access.ts';
import type { ClusterDraft, Entry } from './draft.ts';
import { furtherSpec, nodeSelectorOf, numbersOf, subnetsOf } from './kubemanagers.ts';
import { defaultSubnets, madeWith, nodeAddresses } from './subnets.ts';
import { type DistributedView, textAt, type View } from './view.ts';

/** What a cluster gets beside what is read from its objects. */
export interface ClusterChoices {
  access: FoundAccess;
  /** Registry of its own; absent: that of the release. */
  registry?: string;
  /** Its pull secret has another content than those of most clusters. */
  ownPullSecret?: boolean;
  /** Folder of manifests of its own. */
  manifests?: string;
  /** What the vendor's own Kubemanager selects; undefined: not known, so that the live one is written. */
  usualNodes?: Record<string, string>;
  patches: Entry[];
}

/** The central cluster. */
export function centralDraft({ central }: View, { access, patches }: ClusterChoices): ClusterDraft {
  const made = madeWith(central.cluster);
  const own = defaultSubnets(central.cluster);
  const comments: Record<string, string> = {};
  const subnets = (use: 'podSubnets' | 'serviceSubnets') => {
    const found = made[use].length > 0 ? made[use] : own[use];
    if (found.length === 0) comments[use] = 'Not known: the cluster does not say with which networks it was made.';
    return found.length > 0 ? found : [PLACEHOLDER];
  };
  const value: Fields = {
    name: central.name,
    ...(made.clusterName === undefined ? {} : { kubernetesClusterName: made.clusterName }),
    kubeconfig: central.kubeconfig,
    ...handoverKeys(
      central.name,
      access,
      comments,
      'CENTRAL_FOR_DISTRIBUTED',
      'contrail-deploy central-kubeconfig on a distributed cluster',
    ),
    server: access.server,
    podSubnets: subnets('podSubnets'),
    serviceSubnets: subnets('serviceSubnets'),
  };
  credentialComment(central.kubeconfig, comments);
  serverComment(access, comments);
  underlayComment(central.cluster, comments);
  return { value, comments, patches };
}

/** A distributed cluster. */
export function distributedDraft(view: View, cluster: DistributedView, choices: ClusterChoices): ClusterDraft {
  const { name, kubemanager, kubeconfig } = cluster;
  const { access, registry, ownPullSecret, manifests, usualNodes, patches } = choices;
  const comments: Record<string, string> = {};
  const secret = textAt(kubemanager, 'spec', 'kubeconfigSecretName');
  if (ownPullSecret === true)
    comments['pullSecret'] = `Other than on most clusters: what Secret contrail ${PULL_SECRET} of ${name} holds.`;
  const further = furtherSpec(kubemanager, view.facts);
  const nodes = nodeSelectorOf(kubemanager);
  const numbers = numbersOf(kubemanager);
  if (numbers['index'] === undefined) comments['listenerPort'] = 'Numbers that follow from no index: they are permanent.';
  const value: Fields = {
    name,
    ...numbers,
    ...kubemanagerKey(name, kubemanager.metadata.name, further),
    ...(secret === `${name}-kubeconfig` ? {} : { kubeconfigSecret: secret }),
    ...(usualNodes !== undefined && sameJson(usualNodes, nodes) ? {} : { kubemanagerNodeSelector: nodes }),
    kubeconfig,
    ...handoverKeys(name, access, comments, `${variable(name)}_FOR_CENTRAL`, `contrail ${secret} on ${view.central.name}`),
    server: access.server,
    podSubnets: subnetsOf(kubemanager, 'pod'),
    serviceSubnets: subnetsOf(kubemanager, 'service'),
    ...(registry === undefined ? {} : { registry }),
    ...(ownPullSecret !== true ? {} : { pullSecret: { env: `PULL_SECRET_${variable(name)}` } }),
    ...(manifests === undefined ? {} : { manifests }),
  };
  for (const use of ['podSubnets', 'serviceSubnets'] as const) {
    if ((value[use] as string[]).length > 0) continue;
    const made = madeWith(cluster.cluster)[use];
    value[use] = made.length > 0 ? made : [PLACEHOLDER];
    comments[use] =
      `The Kubemanager names none${made.length > 0 ? ': these are what the cluster was made with' : ', and neither does the cluster'}.`;
  }
  credentialComment(kubeconfig, comments);
  serverComment(access, comments);
  underlayComment(cluster.cluster, comments);
  return { value, comments, patches };
}

function kubemanagerKey(cluster: string, name: string, spec: Fields): Fields {
  const usual = clusterPrefix('kubemanager', cluster);
  if (Object.keys(spec).length === 0) return name === usual ? {} : { kubemanager: name };
  return { kubemanager: { ...(name === usual ? {} : { name }), spec } };
}

/** The name of an environment variable for a cluster. */
function variable(cluster: string): string {
  const name = cluster.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return /^[0-9]/.test(name) ? `CLUSTER_${name}` : name;
}

function handoverKeys(
  cluster: string,
  { handover }: FoundAccess,
  comments: Record<string, string>,
  name: string,
  secret: string,
): Fields {
  if (handover === 'same') return {};
  comments['handover'] =
    handover === 'other'
      ? `CN2 was given another kubeconfig of ${cluster} than yours. Put that one into the variable: the value of key kubeconfig of Secret ${secret}.`
      : `What CN2 was given of ${cluster} could not be seen. Put it into the variable: the value of key kubeconfig of Secret ${secret}.`;
  return { handover: { env: name } };
}

function credentialComment(ref: CredentialRef, comments: Record<string, string>): void {
  if ('file' in ref)
    comments['kubeconfig'] = 'A file of this host: in workflows name an environment variable instead, {env: NAME}.';
}

function serverComment({ server, serverNote }: FoundAccess, comments: Record<string, string>): void {
  if (serverNote === undefined) return;
  const what = server === PLACEHOLDER ? 'https://host:port of this API as the other clusters reach it: ' : 'Check it: ';
  comments['server'] = `${what}${serverNote}.`;
}

function underlayComment(cluster: DistributedView['cluster'], comments: Record<string, string>): void {
  const found = nodeAddresses(cluster);
  if (found === undefined) return;
  comments['nodeSubnets'] =
    `nodeSubnets: [${found.networks.map((network) => (network.includes(':') ? `"${network}"` : network)).join(', ')}] # the underlay, if that is it: nodes have ${found.text}`;
}
