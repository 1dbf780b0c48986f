import type { Neighbourhood } from '../checkout/neighbourhood.ts';
import { type InitDocument, WORKFLOWS } from '../model/init.ts';
import { workflowPath } from '../setup/fleet-workflows.ts';
import { isUnadapted, judgeWorkflow, type WorkflowFacts } from '../setup/judge-workflow.ts';
import { fromDeclaration, type RepositoryPaths } from '../setup/repository-paths.ts';
import { workflowFile } from '../setup/workflow-file.ts';
import { isSealed, sealed } from '../setup/workflow-header.ts';
import { type ActionReference, actionToUse, settingsOf, type WorkflowSettings } from '../setup/workflow-settings.ts';
import type { InitOptions } from './init.ts';

/** What a workflow runs on and with. */
type RunSettings = Pick<WorkflowSettings, 'runsOn' | 'action'>;

/** What every workflow of the fleet is made with. */
interface Making {
  templates: InitOptions['templates'];
  prefix: string;
  paths: RepositoryPaths;
  credentials: InitDocument['credentials'];
  settings: WorkflowSettings;
  /** The settings that were asked for, not found. */
  asked: RunSettings;
}

/** Runner, Action and folder as asked for, else as the workflows of the fleet have them. What a person has changed by hand stays there. */
export function presentSettings(
  { own, nobodys }: Neighbourhood,
  options: InitOptions,
): { settings: RunSettings; asked: RunSettings; rendered: Partial<RepositoryPaths> } {
  const files = [...own, ...nobodys.filter(({ fleet }) => fleet === undefined)].flatMap((workflows) => workflows.files);
  const sealedOnes = files.filter(({ text }) => isSealed(text)).map(({ text }) => settingsOf(text));
  const runsOn = options.runsOn ?? sealedOnes.find((settings) => settings.runsOn !== undefined)?.runsOn;
  const used = sealedOnes.find((settings) => settings.action !== undefined)?.action;
  const action = options.action ?? actionToUse(used, options.ownAction ?? shippedAction(options));
  const told = own.flatMap((workflows) => workflows.files).map(({ text }) => settingsOf(text).rendered);
  const rendered = options.renderedAsked === true ? undefined : told.find((folder) => folder !== undefined);
  return {
    asked: {
      ...(options.runsOn === undefined ? {} : { runsOn: options.runsOn }),
      ...(options.action === undefined ? {} : { action: options.action }),
    },
    settings: { ...(runsOn === undefined ? {} : { runsOn }), action },
    rendered: rendered === undefined ? {} : { rendered, renderedElsewhere: true },
  };
}

/** The Action as the shipped workflows use it. */
function shippedAction({ templates }: InitOptions): ActionReference {
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
  const { prefix, paths, credentials, settings } = making;
  const changes = { write: {} as Record<string, string>, remove: [] as string[] };
  const place = (path: string, text: string) => {
    changes.write[fromDeclaration(prefix, path)] = text;
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
      changes.remove.push(fromDeclaration(prefix, gone.path));
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
  return {
    ...(runsOn === undefined ? {} : { runsOn }),
    ...(action === undefined ? {} : { action: actionToUse(used, action) }),
  };
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
