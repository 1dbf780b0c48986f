import type { RehearsalLabOptions } from '../../../lab/rehearsal/lab.ts';
import { type RehearseOptions, rehearseCommand } from '../../commands/rehearse.ts';
import { present } from '../../model/present.ts';
import type { RehearsalDocument } from '../../model/rehearse.ts';
import { UserError } from '../../model/user-error.ts';
import type { Lab } from '../../ports/lab.ts';
import { SUMMARY_BUDGET } from '../../report/markdown/budget.ts';
import { rehearsalMarkdown } from '../../report/markdown/rehearsal.ts';
import { rehearsalText } from '../../report/text/rehearsal.ts';
import type { Ended, Run, Shown } from '../verb.ts';

/** The lab lives in the checkout beside the bundle, not in it, so only its types are known here. */
interface LabModule {
  rehearsalLab(options: RehearsalLabOptions): Lab;
}

/** Throws UserError where there is no checkout. */
export async function run({ invocation, ports, options, around }: Run): Promise<Ended<RehearsalDocument>> {
  const module = (await around.checkout?.('lab/rehearsal/lab.ts')) as LabModule | undefined;
  if (module === undefined)
    throw new UserError(
      'the lab is not part of the bundle',
      'run this command from a checkout of cn2-fleet, as workflows/rehearse.yml does',
    );
  const { reporter, signal } = ports;
  const log = (text: string) => reporter.progress({ type: 'note', text });
  const lab = module.rehearsalLab({ log, signal, ...present({ provider: invocation.text('provider') }) });
  return rehearseCommand(ports, {
    ...options,
    lab,
    ...present({ most: mostOf(invocation), from: await fromOf(invocation, around) }),
  });
}

function mostOf(invocation: Run['invocation']): number | undefined {
  if (invocation.text('max-clusters') === undefined) return undefined;
  const most = Math.floor(invocation.number('max-clusters'));
  if (most < 1) throw new UserError('--max-clusters must be at least 1', 'the central cluster is one of them');
  return most;
}

async function fromOf(invocation: Run['invocation'], around: Run['around']): Promise<RehearseOptions['from']> {
  const ref = invocation.text('from');
  if (ref === undefined) return undefined;
  const found = await around.past?.(ref);
  return found === undefined ? undefined : { ref, ...found };
}

export const shown: Shown<RehearsalDocument> = {
  text: rehearsalText,
  markdown: (document) => rehearsalMarkdown(document),
  summary: (document) => rehearsalMarkdown(document, SUMMARY_BUDGET),
};
