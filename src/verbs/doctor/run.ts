import { doctorCommand } from '../../commands/doctor.ts';
import type { DoctorDocument } from '../../model/doctor.ts';
import { present } from '../../model/present.ts';
import { doctorMarkdown } from '../../report/markdown/doctor.ts';
import { doctorText } from '../../report/text/doctor.ts';
import { ownActionOf } from '../init/own-action.ts';
import type { Ended, Run, Shown } from '../verb.ts';

/** Looks at what a run would need; it only reads. */
export async function run({ invocation, ports, options, around }: Run): Promise<Ended<DoctorDocument>> {
  const ownAction = await ownActionOf(around);
  if (around.workflows === undefined) throw new Error('doctor without the workflows that it compares with');
  return doctorCommand(
    { ...ports, repository: around.repository },
    {
      ...options,
      templates: await around.workflows(),
      renderedAsked: invocation.text('rendered') !== undefined,
      settings: around.settings ?? (async () => ({ untold: 'nobody asks here' })),
      ...present({ ownAction }),
    },
  );
}

export const shown: Shown<DoctorDocument> = { text: doctorText, markdown: doctorMarkdown, summary: doctorMarkdown };
