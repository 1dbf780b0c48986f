import { type ApplyJob, type ApplyOptions, type ApplyOutcome, type ApplyResult, applyCommand } from '../../commands/apply.ts';
import { present } from '../../model/present.ts';
import { applyPage } from '../../page/apply-page.ts';
import { ClusterError } from '../../ports/cluster.ts';
import { applyPublisher } from '../../publish/apply.ts';
import { applyMarkdown } from '../../report/markdown/apply.ts';
import { SUMMARY_BUDGET } from '../../report/markdown/budget.ts';
import { applyText } from '../../report/text/apply.ts';
import { findingLines } from '../../report/text/findings.ts';
import { toldFailure } from '../failure.ts';
import { lockOptions } from '../lock-options.ts';
import type { NamesOf } from '../outputs.ts';
import { commentOutput } from '../plan-outputs.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Ended, Run, Shown } from '../verb.ts';
import type { OUTPUTS } from './outputs.ts';

type ApplyDocument = ApplyResult['document'];
type Details = ApplyOutcome['details'];

/** Applies what is approved, and with --publish says how it goes where people look for it. */
export async function run(verb: Run): Promise<Ended<ApplyDocument, Details, NamesOf<typeof OUTPUTS>>> {
  const { ports, around } = verb;
  const { job, github } = around;
  const deployed = present({ environment: verb.invocation.text('environment') });
  const publisher = github === undefined ? undefined : applyPublisher(github, deployed);
  const unfinished = { schemaVersion: 1 as const, command: 'apply', runId: ports.runId };
  await job.keep({ ...unfinished, fleet: '' });
  const applying = applyCommand(ports, {
    ...applyOptions(verb),
    async begin(fleet) {
      if (github === undefined) return;
      await job.keep({ ...unfinished, fleet, sha: github.origin.sha, ...deployed });
      await publisher?.begin(fleet);
    },
  });
  const { document, conditions, details } = await applying.catch(async (error: unknown) => {
    // Only the log gets the message: it has not been through the redaction that results have.
    const where = error instanceof ClusterError ? `a request to ${error.cluster} failed (${error.cause})` : 'an error stopped it';
    await publisher?.failed(`${where}: the log of the run has the message`, toldFailure(error).condition);
    // It has been reported; its lock may still have to be released.
    await job.keep({ ...unfinished, fleet: '' });
    throw error;
  });
  const published = await publisher?.end(document, conditions);
  await job.keep(undefined);
  const changed = document.steps.some(({ object }) => object !== 'gate');
  return {
    document,
    conditions,
    ...present({ details }),
    outputs: { changed: String(changed), ...commentOutput(published?.commentId) },
    failures: published?.failures ?? [],
  };
}

function applyOptions({ invocation, options, around }: Run): ApplyOptions {
  const approved = invocation.text('plan');
  const job = around.head === undefined ? undefined : applyJob(around.head, invocation.text('base'));
  return {
    ...options,
    repository: around.repository,
    ...present({ job }),
    ...lockOptions(invocation),
    plan: approved === undefined ? `${options.rendered}/plan.json` : options.local(approved),
    gateTimeout: invocation.number('gate-timeout'),
    strict: invocation.on('strict'),
  };
}

/** In a job: where the head of the branch is asked that approves. */
function applyJob({ forge, origin }: NonNullable<Surroundings['head']>, base: string | undefined): ApplyJob {
  const { owner, name } = origin.repository;
  return {
    forge,
    ...present({ base }),
    page: (branch, folder) => encodeURI(`${origin.serverUrl}/${owner}/${name}/commits/${branch}/${folder}`),
  };
}

export const shown: Shown<ApplyDocument, Details> = {
  text(document, style) {
    const { findings } = document;
    return `${findings.length === 0 ? '' : `${findingLines(findings, style).join('\n')}\n\n`}${applyText(document, style)}`;
  },
  markdown: (document) => applyMarkdown(document),
  html: (document, details, version) => applyPage(document, details?.fleet, version),
  summary: (document) => applyMarkdown(document, SUMMARY_BUDGET),
};
