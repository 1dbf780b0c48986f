import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { kubeconfigText } from '../../lab/apiserver/kubeconfig.ts';
import { objectsOf } from '../../lab/cn2/control/objects.ts';
import { kubernetesConnector } from '../../src/adapters/kubernetes/connector.ts';
import { ClientSideCluster } from '../../src/client-side/client-side-cluster.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import { asAdministrator } from './as-administrator.ts';

/** Puts the files of deploy/ on a cluster, as kubectl apply --server-side does. */
export async function deploy(
  cluster: Cluster,
  side: 'central' | 'distributed' | 'detach',
  files: readonly string[],
): Promise<void> {
  const { resources } = await cluster.discover();
  for (const file of files) {
    const text = readFileSync(new URL(`../../deploy/${side}/${file}`, import.meta.url), 'utf8');
    for (const object of objectsOf(text)) {
      const [group, version] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
      const resource = resources.find((one) => one.group === group && one.version === version && one.kind === object.kind);
      if (resource === undefined) throw new Error(`${object.kind} is not served`);
      await cluster.apply(resource, object, { fieldManager: 'test' });
    }
  }
}

/** A connection with a token that the cluster made for an identity. */
export async function connectAs(identity: string, cluster: Cluster): Promise<Cluster> {
  const url = `${cluster.server}/api/v1/namespaces/cn2-fleet/serviceaccounts/cn2-fleet-${identity}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { status } = JSON.parse(await asAdministrator(url, 'POST', body)) as { status: { token: string } };
  const kubeconfig = kubeconfigText(cluster.name, cluster.server, '', status.token).replace(
    'certificate-authority-data: ',
    'insecure-skip-tls-verify: true',
  );
  return new ClientSideCluster(await kubernetesConnector().connect(cluster.name, kubeconfig));
}

/** What an identity was refused for lack of a right: verb and resource, or the name of what tests tried. */
export async function refusedTo(identity: string, auditLogs: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(auditLogs.map((file) => readFile(file, 'utf8')));
  const events = texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line) as AuditEvent);
  return events
    .filter(({ user, responseStatus }) => user.username.endsWith(`:${identity}`) && responseStatus?.code === 403)
    .map(
      ({ verb, objectRef }) =>
        `${verb} ${['tried', 'cn2-fleet'].includes(objectRef?.name ?? '') ? 'tried' : objectRef?.resource}`,
    );
}

interface AuditEvent {
  user: { username: string };
  verb: string;
  objectRef?: { resource: string; name?: string };
  responseStatus?: { code: number };
}
