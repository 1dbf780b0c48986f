import type { Access } from './access.ts';

/** Of other events only a part of the fleet may have been looked at. */
const WHOLE = new Set(['schedule', 'workflow_dispatch']);
/** Runs of one page: those of other events are passed over. */
const LOOKED_AT = 50;

/**
 * When the workflow of a run has last ended well before it, as its schedule or a person started it; where it never has: when the workflow came
 * to be. Of whatever branch: it runs for the default branch alone, whose name may have changed. RFC 3339.
 */
export async function lastGoodRun({ client, at }: Access, run: number): Promise<string> {
  const octokit = await client();
  const { data: own } = await octokit.rest.actions.getWorkflowRun({ ...at, run_id: run });
  const ofWorkflow = { ...at, workflow_id: own.workflow_id };
  const { data } = await octokit.rest.actions.listWorkflowRuns({
    ...ofWorkflow,
    status: 'success',
    per_page: LOOKED_AT,
  });
  const good = data.workflow_runs.find(({ id, event }) => id !== run && WHOLE.has(event));
  if (good !== undefined) return good.run_started_at ?? good.created_at;
  return (await octokit.rest.actions.getWorkflow(ofWorkflow)).data.created_at;
}
