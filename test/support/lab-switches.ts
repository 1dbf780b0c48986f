import { setTimeout as sleep } from 'node:timers/promises';
import { ALL_SERVED, type Switches } from '../../lab/apiserver/aggregated/switches.ts';
import { KubeClient } from '../../lab/cn2/control/client.ts';
import { connectionOf } from '../../lab/cn2/control/connection.ts';
import { API_SERVICE, NAMESPACE } from '../../lab/cn2/control/kinds.ts';
import { SWITCHED_NAMESPACE, SWITCHES_ANNOTATION, SWITCHES_IN_FORCE } from '../../lab/cn2/core-api/switches-annotation.ts';
import { CORE } from '../../src/cn2/names.ts';

/**
 * Switches the API of the core kinds of a lab's central cluster as a person does, with an annotation, and returns once that is in force
 * and the cluster's own API server has noticed: it looks at an API that was away every half minute.
 */
export async function switchCoreApi(kubeconfig: string, changes: Partial<Switches>): Promise<void> {
  using client = new KubeClient(connectionOf(kubeconfig));
  const wanted = { ...ALL_SERVED, ...changes };
  const annotations = { [SWITCHES_ANNOTATION]: JSON.stringify(changes) };
  await client.merge(NAMESPACE, undefined, SWITCHED_NAMESPACE, { metadata: { annotations } });
  await until(async () => {
    const found = await client.get(NAMESPACE, undefined, SWITCHED_NAMESPACE);
    return found?.metadata.annotations?.[SWITCHES_IN_FORCE] === JSON.stringify(wanted);
  }, 'the switches to be in force');
  await until(
    async () => {
      const { items } = await client.list(API_SERVICE);
      const own = items.filter(({ metadata }) => metadata.name.endsWith(`.${CORE}`));
      return own.length > 0 && own.every((service) => isAvailable(service['status']) !== wanted.down);
    },
    `the core kinds to be ${wanted.down ? 'away' : 'there'}`,
  );
}

function isAvailable(status: unknown): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.some(({ type, status: value }) => type === 'Available' && value === 'True');
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited 90 s for ${what}`);
    await sleep(200);
  }
}
