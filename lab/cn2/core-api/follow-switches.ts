import { ALL_SERVED, type Switches, switchesOf } from '../../apiserver/aggregated/switches.ts';
import type { KubeClient } from '../control/client.ts';
import { inform } from '../control/informer.ts';
import { NAMESPACE } from '../control/kinds.ts';
import { startLoop } from '../control/loop.ts';
import { SWITCHED_NAMESPACE, SWITCHES_ANNOTATION, SWITCHES_IN_FORCE } from './switches-annotation.ts';

export interface FollowedSwitches {
  /** The cluster whose namespace carries them. */
  first: KubeClient;
  /** Called with each new setting, also with the first one. */
  set: (switches: Switches) => void;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * Sets switches as an annotation says, from now on, and answers in a second one with what is in force. One that cannot be read
 * changes nothing. Resolves when the signal aborts.
 */
export async function followSwitches({ first, set, signal, log }: FollowedSwitches): Promise<void> {
  let inForce = JSON.stringify(ALL_SERVED);
  const loop = startLoop('switches', () => reconcile(), signal, log);
  const namespaces = inform(first, NAMESPACE, undefined, () => loop.trigger(), signal);
  const reconcile = async () => {
    await namespaces.synced;
    const { annotations = {} } = namespaces.get(undefined, SWITCHED_NAMESPACE)?.metadata ?? {};
    const answer = answerTo(annotations[SWITCHES_ANNOTATION]);
    if (answer !== annotations[SWITCHES_IN_FORCE])
      await first.merge(NAMESPACE, undefined, SWITCHED_NAMESPACE, { metadata: { annotations: { [SWITCHES_IN_FORCE]: answer } } });
  };
  const answerTo = (asked: string | undefined): string => {
    try {
      const switches = switchesOf(asked ?? '{}');
      const text = JSON.stringify(switches);
      if (text !== inForce) {
        set(switches);
        log(`switches: ${text}`);
      }
      inForce = text;
      return text;
    } catch (error) {
      return `${inForce} (refused: ${(error as Error).message})`;
    }
  };
  await loop.ended;
}
