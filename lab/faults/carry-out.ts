import type { Act } from './fault.ts';
import { finalizer } from './finalizer.ts';
import type { Hands, Mechanism } from './hands.ts';
import { image, pause, rules, stop } from './on-nodes.ts';
import { change, create } from './on-objects.ts';
import { type FaultInForce, readFaults, writeFaults } from './record.ts';

type Mechanisms = { [Word in Act['do']]: Mechanism<Extract<Act, { do: Word }>> };

const MECHANISMS: Mechanisms = { rules, change, create, finalizer, stop, pause, image };

/** Does what a fault is made of. It is written down first, so that whatever ends this half done, undoing finds it. */
export async function begin(folder: string, fault: FaultInForce, hands: Hands): Promise<void> {
  await writeFaults(folder, [...(await readFaults(folder)), fault]);
  for (const act of fault.acts) await mechanismOf(act).perform(act, hands);
}

/** Takes faults back, the newest first; each is forgotten once all of it is. Throws the first failure, after all were tried. */
export async function end(folder: string, names: readonly string[], hands: Hands): Promise<void> {
  const failures: unknown[] = [];
  for (const fault of (await readFaults(folder)).filter(({ name }) => names.includes(name)).reverse()) {
    try {
      for (const act of fault.acts.toReversed()) await mechanismOf(act).takeBack(act, hands);
      await writeFaults(
        folder,
        (await readFaults(folder)).filter(({ name }) => name !== fault.name),
      );
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** The type of an act and its mechanism belong together by their word, which TypeScript cannot follow. */
function mechanismOf(act: Act): Mechanism<Act> {
  return MECHANISMS[act.do] as Mechanism<Act>;
}
