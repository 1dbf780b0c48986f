import { CENTRAL_KUBECONFIG_SECRET, CONTRAIL_NAMESPACE, DEPLOY_NAMESPACE, KUBECONFIG_KEY, PULL_SECRET } from '../cn2/names.ts';
import { readKubeconfig } from '../kubeconfig/read.ts';
import { sameAccess } from '../kubeconfig/same-access.ts';
import { UnusableKubeconfig } from '../kubeconfig/unusable.ts';
import type { LiveCluster } from '../model/live.ts';
import { seen, seenObject } from '../plan/live-objects.ts';
import { KubeconfigError, rewriteServer } from '../render/kubeconfig.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import { fieldsAt } from './view.ts';

/** How the other side reaches a cluster. */
export interface FoundAccess {
  server: string;
  /** Why the address is not certain; absent: it is what the other side uses. */
  serverNote?: string;
  /** The other side has another kubeconfig than the one that was given here, or it could not be seen. */
  handover: 'same' | 'other' | 'unseen';
}

/** Where the other side keeps the kubeconfig of a cluster. */
export interface AccessPlace {
  holder: LiveCluster;
  namespace: string;
  name: string;
}

/** The secret of the central cluster with the kubeconfig of a distributed one. */
export function accessOnCentral(holder: LiveCluster, name: string): AccessPlace {
  return { holder, namespace: CONTRAIL_NAMESPACE, name };
}

/** The secret of a distributed cluster with the kubeconfig of the central one. */
export function accessOnDistributed(holder: LiveCluster): AccessPlace {
  return { holder, namespace: DEPLOY_NAMESPACE, name: CENTRAL_KUBECONFIG_SECRET };
}

/** What the secrets of the other side say of a cluster. `given`: the kubeconfig with which it was reached here. */
export function findAccess(given: { text: string; context?: string }, places: readonly AccessPlace[]): FoundAccess {
  const texts = places.flatMap((place) => kubeconfigIn(place) ?? []);
  const own = serverOf(given.text, given.context);
  const [handed] = texts.flatMap((text) => serverOf(text) ?? []);
  if (handed === undefined || texts[0] === undefined) {
    const place = places[0] && `${places[0].namespace}/${places[0].name} of ${places[0].holder.name}`;
    const from = `the kubeconfig inside Secret ${place} could not be seen`;
    if (own === undefined || isLocal(own)) return { server: PLACEHOLDER, serverNote: `not known: ${from}`, handover: 'unseen' };
    return { server: own, serverNote: `as your kubeconfig has it: ${from}`, handover: 'unseen' };
  }
  const servers = new Set(texts.flatMap((text) => serverOf(text) ?? []));
  return {
    server: handed,
    ...(servers.size > 1
      ? { serverNote: `the other clusters use ${[...servers].join(', ')}; one address is declared for all` }
      : {}),
    handover: texts.every((text) => isCopy(given, text)) ? 'same' : 'other',
  };
}

function kubeconfigIn({ holder, namespace, name }: AccessPlace): string | undefined {
  const secret = seenObject(holder, { group: '', kind: 'Secret', namespace, name });
  const value = secret && fieldsAt(secret, 'data')[KUBECONFIG_KEY];
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}

/** What a cluster pulls images with; undefined: it could not be seen. */
export function pullSecretOn(cluster: LiveCluster): string | undefined {
  const [secret] = seen(cluster, '', 'Secret').filter(({ metadata }) => metadata.name === PULL_SECRET);
  const value = secret && fieldsAt(secret, 'data')['.dockerconfigjson'];
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined;
}

/** The address in a kubeconfig; undefined for a text that is none. */
function serverOf(text: string, context?: string): string | undefined {
  try {
    return readKubeconfig(text, context).cluster.server;
  } catch (error) {
    if (error instanceof UnusableKubeconfig) return undefined;
    throw error;
  }
}

/** Whether what would be handed over is what the other side has. */
function isCopy({ text, context }: { text: string; context?: string }, handed: string): boolean {
  try {
    return sameAccess(rewriteServer(text, context, serverOf(handed) ?? ''), handed);
  } catch (error) {
    if (error instanceof KubeconfigError) return false;
    throw error;
  }
}

/** Addresses that mean another host to the other side. */
function isLocal(server: string): boolean {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  return /^127\.|^0\.0\.0\.0$|^localhost$|\.localhost$|^::1?$|\.svc(?:\.|$)/.test(host);
}
