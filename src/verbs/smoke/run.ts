import { type SmokeOutcome, smokeCommand } from '../../commands/smoke.ts';
import type { SmokeDocument } from '../../model/smoke.ts';
import { smokePage } from '../../page/smoke-page.ts';
import { smokeJunit } from '../../report/junit/smoke.ts';
import { smokeMarkdown } from '../../report/markdown/smoke.ts';
import { smokePrometheus } from '../../report/prometheus/smoke.ts';
import { smokeText } from '../../report/text/smoke.ts';
import { lockOptions } from '../lock-options.ts';
import type { Ended, Run, Shown } from '../verb.ts';

/** Measures; what it has made is known to the step that cleans up until it is gone. */
export async function run({ invocation, ports, options, around }: Run): Promise<Ended<SmokeDocument, SmokeOutcome['details']>> {
  await around.job.keep({ schemaVersion: 1, command: 'smoke', runId: ports.runId, fleet: '' });
  const ended = await smokeCommand(ports, { ...options, ...lockOptions(invocation) });
  await around.job.keep(undefined);
  return ended;
}

export const shown: Shown<SmokeDocument, SmokeOutcome['details']> = {
  text: smokeText,
  markdown: (document) => smokeMarkdown(document),
  junit: smokeJunit,
  prometheus: smokePrometheus,
  html: (document, details, version) => smokePage(document, details?.fleet, version),
  summary: (document) => smokeMarkdown(document),
};
