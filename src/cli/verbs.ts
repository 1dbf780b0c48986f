import { workflowTemplates } from '../adapters/node/workflow-templates.ts';
import { type ApplyJob, applyCommand } from '../commands/apply.ts';
import type { Ports } from '../commands/context.ts';
import { driftCommand } from '../commands/drift.ts';
import { initCommand } from '../commands/init.ts';
import { outPath, planCommand } from '../commands/plan.ts';
import { proposeCommand } from '../commands/propose.ts';
import { renderCommand } from '../commands/render.ts';
import { smokeCommand } from '../commands/smoke.ts';
import { validateCommand } from '../commands/validate.ts';
import { rootsOf } from '../declare/roots.ts';
import { isOfMerge, mergeCommit } from '../merging/merge-commit.ts';
import { present } from '../model/present.ts';
import { ClusterError } from '../ports/cluster.ts';
import { applyPublisher } from '../publish/apply.ts';
import { publishDrift } from '../publish/drift.ts';
import { publishPlan } from '../publish/plan.ts';
import { planJob } from '../publish/plan-job.ts';
import { publishProposalCheck } from '../publish/proposal-check.ts';
import { runFooter } from '../publish/sinks.ts';
import { planOutputs, proposalOutputs } from './action-outputs.ts';
import type { Invocation } from './arguments.ts';
import type { Ended, RunOptions } from './ended.ts';
import { toldFailure } from './failure.ts';
import { actionFlag, runsOnFlag } from './init-flags.ts';
import { ownActionOf } from './own-action.ts';
import type { Surroundings } from './surroundings.ts';
import { VERSION } from './version.ts';

interface Verb {
  invocation: Invocation;
  ports: Ports;
  options: RunOptions;
  around: Surroundings;
}

/** Runs the command of an invocation. */
export async function runVerb(invocation: Invocation, ports: Ports, options: RunOptions, around: Surroundings): Promise<Ended> {
  const verb = VERBS[invocation.command.name];
  if (verb === undefined) throw new Error(`command ${invocation.command.name} has no implementation`);
  return verb({ invocation, ports, options, around });
}

const VERBS: Readonly<Record<string, (verb: Verb) => Promise<Ended>>> = {
  async validate({ invocation, ports, options }) {
    const { document, conditions } = await validateCommand(ports, { ...options, live: invocation.on('live') });
    return { made: { kind: 'findings', document }, conditions };
  },

  async render({ invocation, ports, options }) {
    const { document, conditions } = await renderCommand(ports, { ...options, check: invocation.on('check') });
    const changed = document.created.length + document.updated.length + document.removed.length > 0;
    return { made: { kind: 'render', document }, conditions, outputs: { changed: String(changed) } };
  },

  plan,
  propose,
  apply,
  drift,

  async smoke({ invocation, ports, options, around }) {
    await around.job.keep({ schemaVersion: 1, command: 'smoke', runId: ports.runId, fleet: '' });
    const { document, conditions } = await smokeCommand(ports, { ...options, ...lockOptions(invocation) });
    await around.job.keep(undefined);
    return { made: { kind: 'smoke', document }, conditions };
  },

  init,
};

async function init({ invocation, ports, options, around }: Verb): Promise<Ended> {
  const runsOn = runsOnFlag(invocation.text('runs-on'));
  const action = actionFlag(invocation.text('repository'));
  const ownAction = await ownActionOf(around);
  const { document, conditions } = await initCommand(
    { files: ports.files, repository: around.repository },
    {
      ...options,
      templates: await workflowTemplates(),
      version: VERSION,
      renderedAsked: invocation.text('rendered') !== undefined,
      ...(runsOn === undefined ? {} : { runsOn }),
      ...(action === undefined ? {} : { action }),
      ...(ownAction === undefined ? {} : { ownAction }),
    },
  );
  return { made: { kind: 'init', document }, conditions };
}

async function plan({ invocation, ports, options, around }: Verb): Promise<Ended> {
  const out = invocation.text('out');
  const request = around.github?.origin.pullRequest;
  const untrusted = around.stranger !== undefined || request?.untrusted === true;
  const asked = invocation.on('offline');
  // Before any cluster is asked: outside a repository nothing could be published, and a merge may concern no cluster at all.
  const prefix = around.github === undefined ? '' : await around.repository.prefix();
  const merge = await mergeOf(around);
  const { document, conditions, planned } = await planCommand(ports, {
    ...options,
    offline: asked || untrusted,
    elseOffline: request !== undefined,
    ...(out === undefined ? {} : { out: outPath(options.local(out)) }),
    ...(merge === undefined ? {} : { merge: { ...merge, prefix, untrusted } }),
  });
  const made = { kind: 'plan' as const, document, planned };
  const outputs = planOutputs(document);
  const sinks = around.github;
  // Of a stranger's pull request nothing is written but the summary: its token may not, and its text is not the team's word.
  const silent = untrusted || (planned.offline && !asked) || ports.signal.aborted || !invocation.on('publish');
  if (sinks === undefined || silent) return { made, conditions, outputs };
  const published = await publishPlan(sinks, {
    planned,
    findings: rootsOf(options, prefix).findingsFromTop(document.findings),
    declaration: `${prefix}${options.file}`,
  });
  const { commentId, failures } = published;
  return { made, conditions, failures, outputs: { ...outputs, ...comment(commentId) } };
}

/** The merge that the run is about, of a pull request or in a merge queue, and the forge to read it through. */
async function mergeOf({ github, repository }: Surroundings) {
  if (github === undefined || !isOfMerge(github.origin)) return undefined;
  return { ...(await mergeCommit(github.forge, repository, github.origin)), forge: github.forge, repository };
}

async function propose({ invocation, ports, options, around }: Verb): Promise<Ended> {
  if (around.github === undefined) throw new Error('propose without GitHub');
  const base = invocation.text('base');
  const footer = runFooter(around.github.origin);
  const { document, conditions } = await proposeCommand(
    { ...ports, forge: around.github.forge, repository: around.repository },
    { ...options, dryRun: invocation.on('dry-run'), ...present({ base, footer }) },
  );
  const outputs = { ...planOutputs(document), ...proposalOutputs(document.proposal) };
  const roots = rootsOf(options, await around.repository.prefix());
  const placed = { ...document, findings: roots.findingsFromTop(document.findings) };
  const name = await planJob(ports.files, roots, roots.fromTop(options.file));
  const warn = (text: string) => ports.reporter.progress({ type: 'warning', text });
  const { failures } = await publishProposalCheck(around.github, placed, warn, name);
  return { made: { kind: 'propose', document }, conditions, failures, outputs };
}

async function apply({ invocation, ports, options, around }: Verb): Promise<Ended> {
  const approved = invocation.text('plan');
  const { job, github } = around;
  const deployed = environmentOf(invocation);
  const publisher = github === undefined ? undefined : applyPublisher(github, deployed);
  const unfinished = { schemaVersion: 1 as const, command: 'apply', runId: ports.runId };
  await job.keep({ ...unfinished, fleet: '' });
  const applying = applyCommand(ports, {
    ...options,
    repository: around.repository,
    ...(around.head === undefined ? {} : { job: applyJob(around.head, invocation.text('base')) }),
    ...lockOptions(invocation),
    plan: approved === undefined ? `${options.rendered}/plan.json` : options.local(approved),
    gateTimeout: invocation.number('gate-timeout'),
    async begin(fleet) {
      if (github === undefined) return;
      await job.keep({ ...unfinished, fleet, sha: github.origin.sha, ...deployed });
      await publisher?.begin(fleet);
    },
  });
  const { document, conditions } = await applying.catch(async (error: unknown) => {
    // Only the log gets the message: it has not been through the redaction that results have.
    const where = error instanceof ClusterError ? `a request to ${error.cluster} failed (${error.cause})` : 'an error ended it';
    await publisher?.failed(`${where}: the log of the run has the message`, toldFailure(error).condition);
    // It was told; its lock may still have to be given back.
    await job.keep({ ...unfinished, fleet: '' });
    throw error;
  });
  const published = await publisher?.end(document, conditions);
  await job.keep(undefined);
  const changed = document.steps.some(({ object }) => object !== 'gate');
  return {
    made: { kind: 'apply', document },
    conditions,
    outputs: { changed: String(changed), ...comment(published?.commentId) },
    failures: published?.failures ?? [],
  };
}

async function drift({ ports, options, around }: Verb): Promise<Ended> {
  const { document, conditions } = await driftCommand(ports, { ...options, repository: around.repository });
  const made = { kind: 'drift' as const, document };
  const sinks = around.github;
  const published = sinks === undefined || ports.signal.aborted ? undefined : await publishDrift(sinks, document);
  const issues = published?.issues === undefined ? {} : { issues: published.issues.join(',') };
  return { made, conditions, outputs: { ...planOutputs(document), ...issues }, failures: published?.failures ?? [] };
}

/** In a job: where the head of the branch is asked that approves. */
function applyJob({ forge, origin }: NonNullable<Surroundings['head']>, base: string | undefined): ApplyJob {
  const { owner, name } = origin.repository;
  return {
    forge,
    ...(base === undefined ? {} : { base }),
    page: (branch, folder) => encodeURI(`${origin.serverUrl}/${owner}/${name}/commits/${branch}/${folder}`),
  };
}

function comment(id: number | undefined): { 'comment-id'?: string } {
  return id === undefined ? {} : { 'comment-id': String(id) };
}

/** Of the deployment; absent: the fleet's name. */
function environmentOf(invocation: Invocation): { environment?: string } {
  const named = invocation.text('environment');
  return named === undefined ? {} : { environment: named };
}

function lockOptions(invocation: Invocation): { lockTtl: number; lockTimeout: number } {
  return { lockTtl: invocation.number('lock-ttl'), lockTimeout: invocation.number('lock-timeout') };
}
