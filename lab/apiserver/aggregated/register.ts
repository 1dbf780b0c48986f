import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import { askIfReachable } from '../administrator.ts';

/** Where CN2 has its API server, and the name under which the first server expects it. */
const NAMESPACE = 'contrail-system';
const SERVICE = 'contrail-k8s-apiserver';
export const SERVED_AS = `${SERVICE}.${NAMESPACE}.svc`;

/** The part of a CustomResourceDefinition that says what it serves. */
interface Definition {
  group: string;
  names: { plural: string };
  versions: { name: string; served: boolean }[];
}

/** Stores definitions in a server and waits until it serves them. Throws with the server's words. */
export async function define(url: string, definitions: readonly KubernetesObject[]): Promise<void> {
  const path = `${url}/apis/apiextensions.k8s.io/v1/customresourcedefinitions`;
  await Promise.all(definitions.map((definition) => post(path, definition)));
  const isServed = async (definition: KubernetesObject) => {
    const found = JSON.parse((await askIfReachable(`${path}/${definition.metadata.name}`))?.text ?? '{}') as KubernetesObject;
    if (!isTrue(found, 'Established')) return false;
    // Established, and yet its store may still be about to open.
    const { group, names, versions } = definition['spec'] as Definition;
    const served = versions
      .filter((version) => version.served)
      // Described too: a first server that asks before waits a minute until it asks again.
      .flatMap(({ name }) => [`${url}/apis/${group}/${name}/${names.plural}`, `${url}/openapi/v3/apis/${group}/${name}`]);
    return (await Promise.all(served.map((kind) => askIfReachable(kind)))).every((answer) => answer?.ok === true);
  };
  for (const definition of definitions) await until(() => isServed(definition), `${definition.metadata.name} to be served`);
}

/**
 * Makes the first server pass the groups of definitions on to a port of this host, and waits until it finds them there. The Service
 * names the host: so nothing needs an address besides loopback, and nothing has to be routed.
 */
export async function register(
  url: string,
  definitions: readonly KubernetesObject[],
  port: number,
  authority: string,
): Promise<void> {
  await post(`${url}/api/v1/namespaces`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await post(`${url}/api/v1/namespaces/${NAMESPACE}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: SERVICE, namespace: NAMESPACE },
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port, protocol: 'TCP' }] },
  });
  const path = `${url}/apis/apiregistration.k8s.io/v1/apiservices`;
  for (const [group, version] of groupVersions(definitions)) {
    const name = `${version}.${group}`;
    await post(path, {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: {
        group,
        version,
        groupPriorityMinimum: 1000,
        versionPriority: 15,
        service: { namespace: NAMESPACE, name: SERVICE, port },
        caBundle: Buffer.from(authority).toString('base64'),
      },
    });
    const isServed = async () => {
      const found = JSON.parse((await askIfReachable(`${path}/${name}`))?.text ?? '{}') as KubernetesObject;
      const paths = [`/apis/${group}/${version}`, `/apis/${group}`, `/openapi/v3/apis/${group}/${version}`];
      const answers = await Promise.all(paths.map((served) => askIfReachable(`${url}${served}`)));
      return isTrue(found, 'Available') && answers.every((answer) => answer?.ok === true);
    };
    await until(isServed, `APIService ${name} to be Available`);
  }
}

function groupVersions(definitions: readonly KubernetesObject[]): [string, string][] {
  const pairs = definitions.flatMap((definition) => {
    const { group, versions } = definition['spec'] as Definition;
    return versions.filter(({ served }) => served).map(({ name }) => `${group} ${name}`);
  });
  return [...new Set(pairs)].map((pair) => pair.split(' ') as [string, string]);
}

function isTrue(object: KubernetesObject, condition: string): boolean {
  const status = object['status'] as { conditions?: { type: string; status: string }[] } | undefined;
  return status?.conditions?.some(({ type, status: value }) => type === condition && value === 'True') === true;
}

/** Makes an object; one that is there already is left as it is. */
async function post(path: string, object: KubernetesObject): Promise<void> {
  const answer = await askIfReachable(path, object);
  if (answer?.ok !== true && answer?.status !== 409) throw new Error(`POST ${path}: ${answer?.text ?? 'no answer'}`);
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited 60 s for ${what}`);
    await sleep(100);
  }
}
