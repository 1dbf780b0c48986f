import type { Git } from './git/run.ts';
import { commitOfEvent, refOfEvent, type WorkflowEvent } from './workflow-run-event.ts';
import { startsOn } from './workflow-run-triggers.ts';

const FOLDER = '.github/workflows/';

/** Paths of the workflow files, at the commit of the event, that the event starts; sorted. `known`: that commit, where its ref may be gone by now. */
export async function startedWorkflows(git: Git, event: WorkflowEvent, known?: string): Promise<string[]> {
  const commit = known ?? commitOfEvent(event) ?? refOfEvent(event) ?? 'HEAD';
  const files = (await git.run(['ls-tree', '--name-only', commit, FOLDER])).split('\n').filter((path) => /\.ya?ml$/.test(path));
  const paths = await changedPaths(git, event);
  const started: string[] = [];
  for (const file of files) {
    if (startsOn(await git.run(['show', `${commit}:${file}`]), event, paths)) started.push(file);
  }
  return started.sort();
}

/** Of a push between both its ends (all files of a new branch), of a pull request since it left its base; else none. */
async function changedPaths(git: Git, event: WorkflowEvent): Promise<string[]> {
  const payload = event.payload as {
    before?: string;
    after?: string;
    pull_request?: { base: { sha: string }; head: { sha: string } };
  };
  const lines = async (...args: string[]) => (await git.run(args)).split('\n').filter((line) => line !== '');
  if (event.name === 'pull_request' && payload.pull_request !== undefined) {
    return lines('diff', '--name-only', `${payload.pull_request.base.sha}...${payload.pull_request.head.sha}`);
  }
  if (event.name !== 'push' || payload.after === undefined || /^0+$/.test(payload.after)) return [];
  if (/^0*$/.test(payload.before ?? '')) return lines('ls-tree', '-r', '--name-only', payload.after);
  return lines('diff', '--name-only', payload.before!, payload.after);
}
