import { initCommand } from '../../commands/init.ts';
import type { InitDocument } from '../../model/init.ts';
import { present } from '../../model/present.ts';
import { initText } from '../../report/text/init.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import { actionFlag, runsOnFlag } from './flags.ts';
import { ownActionOf } from './own-action.ts';

/** Writes the first declaration and the workflows. */
export async function run({ invocation, ports, options, around }: Run): Promise<Ended<InitDocument>> {
  const asked = present({
    runsOn: runsOnFlag(invocation.text('runs-on')),
    action: actionFlag(invocation.text('repository'), options.version),
  });
  const ownAction = await ownActionOf(around);
  if (around.workflows === undefined) throw new Error('init without the workflows that it writes');
  return initCommand(
    { files: ports.files, repository: around.repository },
    {
      ...options,
      templates: await around.workflows(),
      identities: invocation.on('identities'),
      renderedAsked: invocation.text('rendered') !== undefined,
      ...asked,
      ...present({ ownAction }),
    },
  );
}

export const shown: Shown<InitDocument> = { text: initText };
