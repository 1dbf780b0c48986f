import type { InitDocument } from '../model/init.ts';
import type { Outcome } from '../model/outcome.ts';
import { type InitOptions, type InitPorts, setUp } from './set-up.ts';

/**
 * `init`: writes a first declaration where there is none, and the workflows with the paths and secrets of the declaration. A workflow that
 * nobody has adapted becomes what init writes now; of an adapted one nothing changes but that it passes on a credential which the
 * declaration has got since. Where that cannot be done, the end is `usage`, and everything else is written all the same. Throws as
 * `setUp` does.
 */
export async function initCommand(ports: InitPorts, options: InitOptions): Promise<Outcome<InitDocument>> {
  const { document, write, remove } = await setUp(ports, options);
  if (Object.keys(write).length + remove.length > 0) await ports.files.change(write, remove);
  return { document, conditions: document.differing.length > 0 ? ['usage'] : [] };
}
