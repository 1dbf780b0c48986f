import { type Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';

/** Commands of the Action, by which a step of a fork or a copy of it is known. */
const COMMANDS = new Set(['validate', 'render', 'plan', 'propose', 'apply', 'smoke', 'diagnose', 'drift', 'doctor']);

/** The jobs of a workflow with their ids, in order. */
export function jobsOf(document: Document): { id: string; job: YAMLMap }[] {
  const jobs = document.get('jobs');
  if (!isMap(jobs)) return [];
  return jobs.items.flatMap(({ key, value }) =>
    isMap(value) ? [{ id: String(isScalar(key) ? key.value : key), job: value }] : [],
  );
}

/** The steps of a job that use the Action. */
export function actionStepsOf(job: YAMLMap): YAMLMap[] {
  const steps = job.get('steps');
  return isSeq(steps) ? steps.items.filter((step): step is YAMLMap => isMap(step) && usesAction(step)) : [];
}

/** The steps of a workflow that use the Action, in order. */
export function actionSteps(document: Document): YAMLMap[] {
  return jobsOf(document).flatMap(({ job }) => actionStepsOf(job));
}

function usesAction(step: YAMLMap): boolean {
  const uses = step.get('uses');
  if (typeof uses !== 'string') return false;
  return uses.startsWith('cn2-fleet/') || (!uses.startsWith('actions/') && COMMANDS.has(String(step.getIn(['with', 'command']))));
}
