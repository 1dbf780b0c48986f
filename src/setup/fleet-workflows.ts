import { parseDocument } from 'yaml';
import { plainPath } from '../declare/roots.ts';
import { WORKFLOWS, type WorkflowName } from '../model/init.ts';
import { actionSteps, actionStepsOf, jobsOf } from './action-steps.ts';

/** The folder of workflows, from the top of the repository. */
export const WORKFLOW_FOLDER = '.github/workflows';

const FILE = /^cn2-fleet-(?:(.+)-)?(plan|propose|apply|drift)\.yml$/;

/** The declaration of a step that names none. */
const DECLARATION = 'clusters.yaml';

/** Workflows that init names alike: those of one fleet. */
export interface FleetWorkflows {
  /** The fleet in the names of the files; absent: those of a repository with one fleet. */
  fleet?: string;
  files: { name: WorkflowName; path: string; text: string }[];
  /** The declaration that they run with, from the top of the repository; absent: none of them can be read. */
  declaration?: string;
}

/** Path of a workflow, from the top of the repository. */
export function workflowPath(name: WorkflowName, fleet?: string): string {
  return `${WORKFLOW_FOLDER}/cn2-fleet-${fleet === undefined ? '' : `${fleet}-`}${name}.yml`;
}

/** The name of a workflow or a job where there are several fleets: "cn2-fleet plan" → "cn2-fleet plan (prod)". */
export function inFleet(name: unknown, fleet: string): string {
  return `${String(name)} (${fleet})`;
}

/** The workflows that are there, by the fleet that the names of their files have. `texts`: path → text; other files are left out. */
export function fleetWorkflows(texts: Readonly<Record<string, string>>): FleetWorkflows[] {
  const found = new Map<string | undefined, FleetWorkflows>();
  for (const [path, text] of Object.entries(texts)) {
    const [file, fleet, name] = FILE.exec(path.slice(WORKFLOW_FOLDER.length + 1)) ?? [];
    if (file === undefined || path !== `${WORKFLOW_FOLDER}/${file}`) continue;
    const known = found.get(fleet) ?? { ...(fleet === undefined ? {} : { fleet }), files: [] };
    known.files.push({ name: name as WorkflowName, path, text });
    found.set(fleet, known);
  }
  return [...found.values()].map((workflows) => {
    const order = workflows.files.sort((one, other) => WORKFLOWS.indexOf(one.name) - WORKFLOWS.indexOf(other.name));
    const declaration = order.map(({ text }) => declarationOf(text)).find((known) => known !== undefined);
    return { ...workflows, ...(declaration === undefined ? {} : { declaration }) };
  });
}

/** The declaration that a workflow runs with, from the top of the repository; undefined where the text does not say it. */
export function declarationOf(text: string): string | undefined {
  const document = parseDocument(text);
  const [step] = document.errors.length > 0 ? [] : actionSteps(document);
  if (step === undefined) return undefined;
  const file = step.getIn(['with', 'file']) ?? DECLARATION;
  if (typeof file !== 'string' || file.includes('${{')) return undefined;
  return plainPath(file);
}

/**
 * The name of the check that GitHub makes of the job which plans a declaration: what a rule of the default branch requires. Asked of the
 * workflows that are there, since a person may have given the job another name; undefined where none of them plans it.
 * @param texts of the workflow files
 * @param declaration from the top of the repository
 */
export function planJobName(texts: readonly string[], declaration: string): string | undefined {
  for (const text of texts) {
    const document = parseDocument(text);
    if (document.errors.length > 0 || declarationOf(text) !== declaration) continue;
    for (const { id, job } of jobsOf(document)) {
      if (!actionStepsOf(job).some((step) => step.getIn(['with', 'command']) === 'plan')) continue;
      const name = job.get('name');
      return typeof name === 'string' ? name : id;
    }
  }
  return undefined;
}
