import type { Roots } from '../declare/roots.ts';
import { type InitDocument, WORKFLOWS, type WorkflowName } from '../model/init.ts';
import { present } from '../model/present.ts';
import { workflowPath } from './fleet-workflows.ts';
import { isUnadapted, judgeWorkflow, type WorkflowFacts } from './judge-workflow.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import type { RepositoryPaths } from './repository-paths.ts';
import { workflowFile } from './workflow-file.ts';
import { isSealed, sealed } from './workflow-header.ts';
import { type ActionReference, actionToUse, settingsOf, type WorkflowSettings } from './workflow-settings.ts';

/** What workflows are to be made of, as far as it was asked for or is known. */
export interface WorkflowWishes {
  /** The shipped workflows. */
  templates: Readonly<Record<WorkflowName, string>>;
  /** `rendered` was asked for; else the folder that the workflows have stays. */
  renderedAsked?: boolean;
  /** Labels of the runner. */
  runsOn?: string | readonly string[];
  /** The Action that is asked for. */
  action?: ActionReference;
  /** Where this program runs from, if that is known. */
  ownAction?: ActionReference;
}

/** What a workflow runs on and with. */
type RunSettings = Pick<WorkflowSettings, 'runsOn' | 'action'>;

/** The settings of every workflow of the fleet. */
interface Making {
  templates: WorkflowWishes['templates'];
  roots: Roots;
  paths: RepositoryPaths;
  credentials: InitDocument['credentials'];
  settings: WorkflowSettings;
  /** The settings that were asked for, not found. */
  asked: RunSettings;
}

/** Runner, Action and folder as asked for, else as the workflows of the fleet have them. What a person has changed by hand stays there. */
export function presentSettings(
  { own, nobodys }: Neighbourhood,
  wishes: WorkflowWishes,
): { settings: RunSettings; asked: RunSettings; rendered: Partial<RepositoryPaths> } {
  const files = [...own, ...nobodys.filter(({ fleet }) => fleet === undefined)].flatMap((workflows) => workflows.files);
  const sealedOnes = files.filter(({ text }) => isSealed(text)).map(({ text }) => settingsOf(text));
  const runsOn = wishes.runsOn ?? sealedOnes.find((settings) => settings.runsOn !== undefined)?.runsOn;
  const used = sealedOnes.find((settings) => settings.action !== undefined)?.action;
  const action = wishes.action ?? actionToUse(used, wishes.ownAction ?? shippedAction(wishes));
  const told = own.flatMap((workflows) => workflows.files).map(({ text }) => settingsOf(text).rendered);
  const rendered = wishes.renderedAsked === true ? undefined : told.find((folder) => folder !== undefined);
  return {
    asked: present({ runsOn: wishes.runsOn, action: wishes.action }),
    settings: present({ runsOn, action }),
    rendered: rendered === undefined ? {} : { rendered, renderedElsewhere: true },
  };
}

/** The Action as the shipped workflows use it. */
function shippedAction({ templates }: WorkflowWishes): ActionReference {
  const { action } = settingsOf(templates.plan);
  if (action === undefined) throw new Error('a shipped workflow has no step that uses the Action');
  return action;
}

/** Judges each workflow of the fleet, tells it to the document, and gives the files to write and to remove, from the declaration's folder. */
export function placeWorkflows(
  document: InitDocument,
  around: Neighbourhood,
  making: Making,
): { write: Record<string, string>; remove: string[] } {
  const { roots, paths, credentials, settings } = making;
  const changes = { write: {} as Record<string, string>, remove: [] as string[] };
  const place = (path: string, text: string) => {
    changes.write[roots.fromDeclaration(path)] = text;
  };
  const fleet = settings.named === true ? settings.fleet : undefined;
  const there = new Map([...around.nobodys, ...around.own].flatMap(({ files }) => files).map(({ path, text }) => [path, text]));
  for (const name of WORKFLOWS) {
    const path = workflowPath(name, fleet);
    const made = (more: WorkflowSettings) => workflowFile(making.templates[name], paths, credentials, { ...settings, ...more });
    const facts: WorkflowFacts = {
      wanted: made({}),
      alike: (text) => made({ ...settingsLike(text, settings), ...making.asked }),
      paths,
      credentials,
    };
    const former = around.own.flatMap(({ files }) => files).filter((file) => file.name === name && file.path !== path);
    // Under a former name of the fleet: nobody misses one that was not adapted, an adapted one stays, instead of a new one.
    const kept = former.filter(({ text }) => !isUnadapted(text, facts));
    for (const gone of former.filter((file) => !kept.includes(file))) {
      changes.remove.push(roots.fromDeclaration(gone.path));
      document.removed.push(gone.path);
    }
    const text = there.get(path);
    const present = [...(text === undefined ? [] : [{ path, text }]), ...kept];
    for (const file of present) judge(document, file, { facts, place });
    if (present.length > 0) continue;
    place(path, sealed(facts.wanted));
    document.written.push(path);
  }
  return changes;
}

/** The runner of an adapted workflow, and its Action as far as that would stay. */
function settingsLike(text: string, { action }: WorkflowSettings): RunSettings {
  const { runsOn, action: used } = settingsOf(text);
  return present({ runsOn, action: action && actionToUse(used, action) });
}

function judge(
  document: InitDocument,
  { path, text }: { path: string; text: string },
  { facts, place }: { facts: WorkflowFacts; place(path: string, text: string): void },
): void {
  const judged = judgeWorkflow(text, facts);
  switch (judged.verdict) {
    case 'unchanged':
      document.unchanged.push(path);
      return;
    case 'updated':
      place(path, judged.text);
      document.updated.push(path);
      return;
    case 'adapted':
      document.adapted.push(path);
      break;
    case 'completed':
      place(path, judged.text);
      document.completed.push({ path, added: judged.added });
      break;
    case 'differing':
      document.differing.push({ path, lacks: judged.lacks });
  }
  if (judged.diff !== '') document.diffs.push({ path, diff: judged.diff });
}
