import { isScalar, isSeq, parseDocument } from 'yaml';
import { plainPath } from '../declare/roots.ts';
import { actionSteps, jobsOf } from './action-steps.ts';

/** What a repository has in place of what the shipped workflows say, beside paths and secrets. Absent: as shipped. */
export interface WorkflowSettings {
  /** The environment that an apply deploys to. */
  fleet?: string;
  /** One of several fleets of the repository: names of workflows and jobs carry the fleet. */
  named?: boolean;
  /** Labels of the runner; one text is one label. */
  runsOn?: string | readonly string[];
  action?: ActionReference;
  /** The default branch. */
  branch?: string;
}

/** The Action as a workflow uses it. */
export interface ActionReference {
  /** owner/name, with a folder behind it where the Action is not at the top. */
  name: string;
  /** Tag, branch or commit. */
  ref: string;
  /** The release of the commit, for people. */
  release?: string;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** Whether nobody can move a reference: a full commit SHA. */
export function isCommit(ref: string): boolean {
  return COMMIT.test(ref);
}

/** Of the repository, and no expression that only a run can resolve. */
function isFolder(path: string): boolean {
  return path !== '' && !path.includes('${{') && !plainPath(path).startsWith('..');
}

/**
 * What a workflow of init was made with: runner and Action stay what they were where nobody asks for others. Nothing for a text that
 * cannot be read.
 */
export function settingsOf(text: string): { runsOn?: string | string[]; action?: ActionReference; rendered?: string } {
  const document = parseDocument(text);
  if (document.errors.length > 0) return {};
  const settings: ReturnType<typeof settingsOf> = {};
  const runsOn = jobsOf(document)[0]?.job.get('runs-on', true);
  if (isScalar(runsOn) && typeof runsOn.value === 'string') settings.runsOn = runsOn.value;
  else if (isSeq(runsOn)) settings.runsOn = runsOn.items.map((item) => String(isScalar(item) ? item.value : item));
  const [step] = actionSteps(document);
  const uses = step?.get('uses', true);
  const [, name, ref] = isScalar(uses) ? (/^([^@]+)@(.+)$/.exec(String(uses.value)) ?? []) : [];
  if (name !== undefined && ref !== undefined) {
    const release = /^ (v\S+)$/.exec((isScalar(uses) ? uses.comment : undefined) ?? '')?.[1];
    settings.action = { name, ref, ...(release === undefined ? {} : { release }) };
  }
  const rendered = step?.getIn(['with', 'rendered']);
  if (typeof rendered === 'string' && isFolder(rendered)) settings.rendered = plainPath(rendered);
  return settings;
}

/**
 * The Action where nobody names one: the one that the workflows have while it is another than ours or pinned to a commit, else ours, so
 * that a release of this program brings its own.
 */
export function actionToUse(present: ActionReference | undefined, ours: ActionReference): ActionReference {
  if (present === undefined) return ours;
  const moves = present.name === ours.name && (isCommit(ours.ref) || !isCommit(present.ref));
  return moves ? ours : present;
}
