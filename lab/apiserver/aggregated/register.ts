import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from '../../cn2/control/client.ts';
import { API_SERVICE, NAMESPACE, SERVICE } from '../../cn2/control/kinds.ts';
import { isTrue, servedKindsOf, until } from './definitions.ts';

/** Where CN2 has its API server, and the name under which the first server expects it. */
export const CORE_API = { namespace: 'contrail-system', name: 'contrail-k8s-apiserver' };
export const SERVED_AS = `${CORE_API.name}.${CORE_API.namespace}.svc`;
const MANAGER = 'lab';

/** How the first server reaches the one behind. */
export interface Registration {
  /** `spec` of the Service. */
  service: object;
  /** Port of the Service. */
  port: number;
  /** PEM of who signed the certificate that is presented there. */
  authority: string;
}

/**
 * Makes the first server pass the groups of definitions on to a Service, which it makes too, and waits until it finds them there.
 * Throws with the server's words.
 */
export async function register(
  first: KubeClient,
  definitions: readonly KubernetesObject[],
  { service, port, authority }: Registration,
): Promise<void> {
  await first.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CORE_API.namespace } });
  await first.apply(SERVICE, { apiVersion: 'v1', kind: 'Service', metadata: CORE_API, spec: service }, MANAGER);
  const versions = new Map(servedKindsOf(definitions).map(({ group, version }) => [`${version}.${group}`, { group, version }]));
  for (const [name, { group, version }] of versions) {
    const spec = {
      group,
      version,
      groupPriorityMinimum: 1000,
      versionPriority: 15,
      service: { ...CORE_API, port },
      caBundle: Buffer.from(authority).toString('base64'),
    };
    const object = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name }, spec };
    await first.apply(API_SERVICE, object, MANAGER);
    const isServed = async () => {
      if (!isTrue(await first.get(API_SERVICE, undefined, name), 'Available')) return false;
      const paths = [`/apis/${group}/${version}`, `/apis/${group}`, `/openapi/v3/apis/${group}/${version}`];
      await Promise.all(paths.map((path) => first.text('GET', path)));
      return true;
    };
    await until(isServed, `APIService ${name} to be Available`);
  }
}
