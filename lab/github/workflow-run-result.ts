import { type ActRecord, maskedValue, printedLine, stepPath } from './act-records.ts';

/** What a run of a workflow left, as a person would see it on GitHub. */
export interface WorkflowOutcome {
  /** Per job of the workflow that was considered: success, failure. A job whose `if` was false is absent. */
  jobs: Record<string, string>;
  /** Steps that ran, in order; a skipped step is absent. */
  steps: WorkflowStep[];
  /** Step path → outputs: of a composite step those that its action.yml maps. Of a second job and later ones: `<job>/<path>`. */
  outputs: Record<string, Record<string, string>>;
  /** What the steps wrote into their summaries, in order. */
  summaries: { step: string; markdown: string }[];
  annotations: Annotation[];
  /** Every line that the steps printed, before masking and with workflow commands as printed: for searches for secrets. */
  log: string[];
  /** Values that the steps asked to hide. */
  masks: string[];
}

export interface WorkflowStep {
  job: string;
  /** Ids of the steps around it and its own: 'fleet/run'. A step without an id has its number. */
  path: string;
  /** Its name, or the first line of what it runs. */
  name: string;
  result: 'success' | 'failure';
  /** Milliseconds. */
  time: number;
  /** Of the program, where it was not 0. */
  exitCode?: number;
}

export interface Annotation {
  level: 'error' | 'warning' | 'notice';
  message: string;
  step: string;
  /** file, line, endLine, col, title … as given. */
  properties: Record<string, string>;
}

const LEVELS = ['error', 'warning', 'notice'] as const;

/**
 * Reads the records of one run. act says outputs and summaries of the last inner step of a composite step a second time
 * for the outer one, after the outer one has ended: those are left out.
 */
export function workflowOutcome(records: readonly ActRecord[]): WorkflowOutcome {
  const outcome: WorkflowOutcome = { jobs: {}, steps: [], outputs: {}, summaries: [], annotations: [], log: [], masks: [] };
  const composites = compositePaths(records);
  const names = new Map<string, string>();
  const exitCodes = new Map<string, number>();
  const ended = new Set<string>();
  let first: string | undefined;
  for (const record of records) {
    const line = printedLine(record);
    if (line !== undefined) outcome.log.push(line);
    const mask = maskedValue(record);
    if (mask !== undefined) outcome.masks.push(mask);
    if (record.jobResult !== undefined && record.jobID !== undefined) outcome.jobs[record.jobID] = record.jobResult;
    const path = stepPath(record);
    if (path === undefined || record.stage !== 'Main') continue;
    // Steps of two jobs have the same paths.
    first ??= record.jobID;
    const key = record.jobID === first ? path : `${record.jobID}/${path}`;
    const started = /^\S+ Run Main (.*)/.exec(record.msg);
    if (started !== null && record.raw_output !== true) names.set(key, started[1] ?? '');
    const status = record.level === 'error' ? /^exit status (\d+)$/.exec(record.msg) : null;
    if (status !== null) exitCodes.set(key, Number(status[1]));
    if (record.stepResult !== undefined) {
      ended.add(key);
      outcome.steps.push({
        job: record.jobID ?? '',
        path,
        name: names.get(key) ?? path,
        result: record.stepResult === 'success' ? 'success' : 'failure',
        time: (record.executionTime ?? 0) / 1e6,
      });
    }
    const again = composites.has(path) && ended.has(key);
    if (record.command === 'set-output' && !again) {
      outcome.outputs[key] = { ...outcome.outputs[key], [record.name ?? '']: record.arg ?? '' };
    }
    if (record.command === 'summary' && !again) outcome.summaries.push({ step: path, markdown: record.content ?? '' });
    const level = LEVELS.find((name) => name === record.command);
    if (level !== undefined) {
      outcome.annotations.push({ level, message: record.arg ?? '', step: path, properties: record.kvPairs ?? {} });
    }
  }
  for (const step of outcome.steps) {
    const exitCode = exitCodes.get(step.job === (first ?? '') ? step.path : `${step.job}/${step.path}`);
    if (exitCode !== undefined && step.result === 'failure') step.exitCode = exitCode;
  }
  return outcome;
}

/** Paths of the steps that have steps inside. */
function compositePaths(records: readonly ActRecord[]): Set<string> {
  const paths = new Set<string>();
  for (const { stepID } of records) {
    for (let length = 1; length < (stepID?.length ?? 0); length++) paths.add(stepID!.slice(0, length).join('/'));
  }
  return paths;
}
