import type { KubernetesObject } from '../../../src/model/kubernetes.ts';
import type { KubeClient } from '../../cn2/control/client.ts';
import { CRD } from '../../cn2/control/kinds.ts';
import { isTrue, servedKindsOf, until } from './definitions.ts';

const MANAGER = 'lab';

/** Stores definitions in a server, which may have an earlier form of them, and waits until it serves them. Throws with its words. */
export async function define(server: KubeClient, definitions: readonly KubernetesObject[]): Promise<void> {
  await Promise.all(definitions.map((definition) => server.apply(CRD, definition, MANAGER)));
  const isServed = async (definition: KubernetesObject) => {
    if (!isTrue(await server.get(CRD, undefined, definition.metadata.name), 'Established')) return false;
    // Established, and yet its store may still be about to open.
    const paths = servedKindsOf([definition])
      // Described too: a first server that asks before waits a minute until it asks again.
      .flatMap(({ group, version, plural }) => [`/apis/${group}/${version}/${plural}`, `/openapi/v3/apis/${group}/${version}`]);
    await Promise.all(paths.map((path) => server.text('GET', path)));
    return true;
  };
  for (const definition of definitions) await until(() => isServed(definition), `${definition.metadata.name} to be served`);
}
