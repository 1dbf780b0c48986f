import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIGPLANE, CORE } from '../../../src/cn2/names.ts';
import { ApiError, type KubeClient } from './client.ts';
import { type Cn2Kinds, cn2Kinds } from './kinds.ts';

const RETRY_MS = 200;

/** The kinds in the versions that a cluster serves; waits until configplane (and core, where asked for) are served. */
export async function servedKinds(client: KubeClient, signal: AbortSignal, needs: { core: boolean }): Promise<Cn2Kinds> {
  const configplane = await preferred(client, CONFIGPLANE, signal);
  return cn2Kinds(configplane, needs.core ? await preferred(client, CORE, signal) : 'v1alpha1');
}

async function preferred(client: KubeClient, group: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    try {
      const answer = (await client.json('GET', `/apis/${group}`)) as { preferredVersion: { version: string } };
      return answer.preferredVersion.version;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
