import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Stand-ins for the Actions of others, which are not here: they do with plain tools what a job needs of the real ones. */
const STAND_INS = join(import.meta.dirname, 'act-actions');

interface Steps {
  uses?: string;
}

/**
 * The Actions that a workflow uses, also inside the composite ones: reference → folder, as act wants them. `folders` has
 * owner/name → folder for those under test, whatever version the workflow asks for; actions/checkout,
 * actions/setup-node, actions/setup-go and actions/upload-artifact have stand-ins. Throws for any other: there is nothing to run. `job`: of that one alone.
 */
export function actionFolders(workflow: string, folders: Readonly<Record<string, string>>, job?: string): Record<string, string> {
  const found: Record<string, string> = {};
  const jobs = (parse(workflow) as { jobs?: Record<string, { steps?: Steps[] }> }).jobs ?? {};
  const open = Object.entries(jobs).flatMap(([id, { steps = [] }]) => (job === undefined || id === job ? steps : []));
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    const reference = step.uses;
    if (reference === undefined || reference.startsWith('./') || found[reference] !== undefined) continue;
    const name = /^([^/@]+\/[^/@]+)[^@]*@./.exec(reference)?.[1];
    const folder = name === undefined ? undefined : (folders[name] ?? standIn(name));
    if (folder === undefined) throw new Error(`no folder is given for the Action ${reference}`);
    found[reference] = folder;
    open.push(...compositeSteps(folder));
  }
  return found;
}

function standIn(name: string): string | undefined {
  const folder = join(STAND_INS, name.replace(/^actions\//, ''));
  return name.startsWith('actions/') && existsSync(folder) ? folder : undefined;
}

function compositeSteps(folder: string): Steps[] {
  const action = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as { runs?: { steps?: Steps[] } };
  return action.runs?.steps ?? [];
}
