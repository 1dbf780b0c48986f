import { parse } from 'yaml';

/** Of a workflow file what GitHub decides by before a job runs. */
export interface WorkflowFile {
  name?: string;
  concurrency?: Concurrency;
  /** In the order of the file. */
  jobs: Record<string, WorkflowJob>;
}

/** Texts may have expressions. */
export interface Concurrency {
  group: string;
  cancelInProgress: boolean | string;
  /** `queue: max`: what waits is kept, not replaced. */
  keepsAll: boolean;
}

export interface WorkflowJob {
  name: string;
  if?: string | boolean;
  needs: string[];
  environment?: string;
}

interface Raw {
  name?: string;
  concurrency?: string | { group: string; 'cancel-in-progress'?: boolean | string; queue?: string };
  jobs?: Record<string, RawJob | null>;
}

interface RawJob {
  name?: string;
  if?: string | boolean;
  needs?: string | string[];
  environment?: string | { name: string };
  concurrency?: unknown;
}

/** Throws for what the twin does not model: concurrency of a job. */
export function readWorkflow(text: string): WorkflowFile {
  const { name, concurrency, jobs = {} } = parse(text) as Raw;
  return {
    ...(name === undefined ? {} : { name }),
    ...(concurrency === undefined ? {} : { concurrency: concurrencyOf(concurrency) }),
    jobs: Object.fromEntries(Object.entries(jobs).map(([key, job]) => [key, jobOf(key, job ?? {})])),
  };
}

function concurrencyOf(raw: NonNullable<Raw['concurrency']>): Concurrency {
  if (typeof raw === 'string') return { group: raw, cancelInProgress: false, keepsAll: false };
  const { group, queue, 'cancel-in-progress': cancelInProgress = false } = raw;
  if (queue === 'max' && cancelInProgress === true) throw new Error('queue: max does not go with cancel-in-progress: true');
  return { group, cancelInProgress, keepsAll: queue === 'max' };
}

function jobOf(key: string, raw: RawJob): WorkflowJob {
  if (raw.concurrency !== undefined) throw new Error(`job ${key}: concurrency of a job is not modelled`);
  const { name = key, if: condition, needs = [], environment } = raw;
  const named = typeof environment === 'object' ? environment.name : environment;
  return {
    name,
    needs: [needs].flat(),
    ...(condition === undefined ? {} : { if: condition }),
    ...(named === undefined ? {} : { environment: named }),
  };
}
