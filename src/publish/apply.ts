import type { ApplyDocument } from '../model/apply.ts';
import type { CommitState, DeploymentState } from '../model/forge.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { proposalBranch } from '../proposal/branch.ts';
import { applyStatus } from '../report/apply-status.ts';
import { applyBeginMarkdown, applyCommentMarkdown, applyCutOffMarkdown } from '../report/markdown/apply-comment.ts';
import { attempt, type Published, runFooter, type Sinks } from './sinks.ts';

/** Publishes one apply: the comment on the pull request that was merged, the status of its commit, a deployment. */
export interface ApplyPublisher {
  /** Before the first write. Throws ForgeError: an apply whose result could not be published is not started, and what could be published says so. */
  begin(fleet: string): Promise<void>;
  end(document: ApplyDocument, conditions: readonly Condition[]): Promise<Published>;
  /** Instead of `end`, for a run that an error has ended; nothing where it had not begun. */
  failed(reason: string, condition: Condition): Promise<void>;
  /** Instead of `end`, for a run that was killed after its `begin`. */
  cutOff(fleet: string): Promise<Published>;
}

/** What is published about an apply. */
interface Word {
  state: CommitState;
  /** Absent: it changed nothing, which is not a deployment. */
  deployment?: DeploymentState;
  description: string;
  body: string;
}

/** `environment`: of the deployment; '' for none, absent for the fleet's name. */
export function applyPublisher(sinks: Sinks, options: { environment?: string }): ApplyPublisher {
  const { forge, origin } = sinks;
  const tell = (fleet: string, word: Word) => spread(sinks, fleet, options.environment ?? fleet, word);
  /** The fleet, from the begin of its apply on. */
  let begun: string | undefined;

  const end: ApplyPublisher['end'] = async (document, conditions) => {
    const { fleet, outcome } = document;
    if (begun === undefined && outcome === 'nothing') {
      // A run that had nothing to do leaves the word of the run that did it.
      const published: Published = { failures: [] };
      if ((await attempt(published, () => forge.statusOf(origin.sha, contextOf(fleet)))) === 'success') return published;
    }
    const { state, description } = applyStatus(document, conditions);
    const deployment = begun === undefined ? undefined : state;
    return tell(fleet, { state, ...present({ deployment }), description, body: applyCommentMarkdown(document, conditions) });
  };

  return {
    end,

    async begin(fleet) {
      begun = fleet;
      const [failure] = (await tell(fleet, { ...RUNNING, body: applyBeginMarkdown(fleet) })).failures;
      if (failure === undefined) return;
      // One place refused, others say by now that it is running.
      await end({ schemaVersion: 1, fleet, outcome: 'stopped', reason: failure.message, steps: [] }, ['usage']);
      begun = undefined;
      throw failure;
    },

    async failed(reason, condition) {
      if (begun === undefined) return;
      await end({ schemaVersion: 1, fleet: begun, outcome: 'failed', reason, steps: [] }, [condition]);
    },

    cutOff: (fleet) => tell(fleet, { ...CUT_OFF, body: applyCutOffMarkdown(fleet) }),
  };
}

const RUNNING = { state: 'pending', deployment: 'in_progress', description: 'apply is running' } as const;
const CUT_OFF = {
  state: 'error',
  deployment: 'error',
  description: 'cut off: run it again, it resumes where it stopped',
} as const;

/** Says one word of an apply everywhere: comments, status, deployment ('' for none). What could not be written is returned. */
async function spread(
  { forge, origin }: Sinks,
  fleet: string,
  environment: string,
  { state, deployment, description, body }: Word,
): Promise<Published> {
  const { sha } = origin;
  const published: Published = { failures: [] };
  const url = present({ url: origin.runUrl });
  const footer = runFooter(origin, { page: true });
  for (const pullRequest of (await attempt(published, () => heardBy({ forge, origin }, fleet))) ?? []) {
    const marker = { kind: 'apply' as const, fleet, subject: sha };
    const input = { pullRequest, marker, body, order: origin.order, ...present({ footer }) };
    const written = await attempt(published, () => forge.ensureComment(input));
    if (written !== undefined) published.commentId = written.id;
  }
  await attempt(published, () => forge.ensureStatus({ sha, context: contextOf(fleet), state, description, ...url }));
  if (environment !== '' && deployment !== undefined) {
    await attempt(published, () => forge.ensureDeployment({ sha, environment, state: deployment, description, ...url }));
  }
  return published;
}

/** Pull requests that hear of it: those that were merged with the commit, and for a run that no merge has started, proposals alone. */
async function heardBy({ forge, origin }: Sinks, fleet: string): Promise<number[]> {
  const merged = await forge.mergedPullRequests(origin.sha);
  const proposals = merged.filter(({ headBranch }) => headBranch === proposalBranch(fleet));
  return (origin.event === 'push' ? merged : proposals).map(({ number }) => number);
}

/** The context of the commit status: one per fleet, since a repository may hold several. */
function contextOf(fleet: string): string {
  return fleet === '' ? 'cn2-fleet/apply' : `cn2-fleet/apply (${fleet})`;
}
