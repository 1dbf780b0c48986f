import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { conditionHolds, type ExpressionContext, interpolate } from '../../lab/github/workflow-expression.ts';
import { type Patience, runStep, type StepResult } from './runner-step.ts';

export interface CompositeOptions {
  /** Folder of the Action. */
  action: string;
  inputs?: Readonly<Record<string, string>>;
  /** The `github` context: token and what else the Action looks at. */
  github?: Readonly<Record<string, unknown>>;
  /** Environment of the job, GITHUB_* and secrets. */
  environment?: Readonly<Record<string, string>>;
  workspace: string;
  /** Cancels the job. */
  signal?: AbortSignal;
  /**
   * What becomes of later steps with `always()` after a cancel. The runner links the cancel of a composite step to the steps
   * inside (actions/runner pull request 2638): an Action cannot count on `run`.
   */
  afterCancel?: 'run' | 'interrupt' | 'skip';
  patience?: Patience;
  line?: (line: string, step: string) => void;
}

export interface CompositeStep extends StepResult {
  id: string;
  conclusion: 'success' | 'failure' | 'cancelled';
}

export interface CompositeRun {
  conclusion: 'success' | 'failure' | 'cancelled';
  /** Those that ran. */
  steps: CompositeStep[];
  /** What the Action's `outputs` make of the steps. */
  outputs: Record<string, string>;
}

interface Action {
  inputs?: Record<string, { default?: string; required?: boolean } | null>;
  outputs?: Record<string, { value: string }>;
  runs: { using: string; steps: ActionStep[] };
}

interface ActionStep {
  id?: string;
  if?: string | boolean;
  uses?: string;
  run?: string;
  shell?: string;
  env?: Record<string, string>;
  'working-directory'?: string;
}

/**
 * Runs the steps of a composite action.yml as GitHub's runner does, for what act does not model: signals of a cancel, no
 * INPUT_*, pipes. A `uses` step whose condition holds throws: there is nothing to run.
 */
export async function runComposite(options: CompositeOptions): Promise<CompositeRun> {
  const action = parse(readFileSync(join(options.action, 'action.yml'), 'utf8')) as Action;
  const temporary = mkdtempSync(join(tmpdir(), 'cn2-fleet-runner-'));
  const state = { conclusion: 'success' as CompositeRun['conclusion'], environment: {}, paths: [] as string[] };
  const steps: CompositeStep[] = [];
  const values: Record<string, unknown> = { github: options.github ?? {}, steps: {}, runner: { temp: temporary, os: 'Linux' } };
  const context = (): ExpressionContext => ({ values, status: state.conclusion });
  values['inputs'] = inputsOf(action, options.inputs ?? {}, context());
  try {
    for (const [index, step] of action.runs.steps.entries()) {
      if (options.signal?.aborted) state.conclusion = 'cancelled';
      if (!conditionHolds(step.if, context())) continue;
      if (state.conclusion === 'cancelled' && options.afterCancel === 'skip') continue;
      if (step.run === undefined || step.shell !== 'bash') throw new Error(`step ${index} does not run bash: ${step.uses}`);
      const id = step.id ?? String(index);
      const environment = environmentOf(step, options, temporary, state, context());
      const result = await runStep({
        script: interpolate(step.run, context()),
        cwd: join(options.workspace, interpolate(step['working-directory'] ?? '.', context())),
        environment,
        signal: signalFor(step, options, state.conclusion === 'cancelled', values),
        patience: options.patience,
        line: (line) => options.line?.(line, id),
      });
      const conclusion = result.sent.length > 0 ? 'cancelled' : result.exitCode === 0 ? 'success' : 'failure';
      steps.push({ ...result, id, conclusion });
      (values['steps'] as Record<string, unknown>)[id] = { outputs: result.outputs, outcome: conclusion, conclusion };
      state.environment = { ...state.environment, ...result.environment };
      state.paths.unshift(...result.paths);
      if (conclusion !== 'success' && state.conclusion === 'success') state.conclusion = conclusion;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  const mapped = Object.entries(action.outputs ?? {}).map(([name, { value }]) => [name, interpolate(value, context())]);
  return { conclusion: state.conclusion, steps, outputs: Object.fromEntries(mapped) as Record<string, string> };
}

function inputsOf(action: Action, given: Readonly<Record<string, string>>, context: ExpressionContext): Record<string, string> {
  const unknown = Object.keys(given).filter((name) => action.inputs?.[name] === undefined);
  if (unknown.length > 0) throw new Error(`the Action has no input ${unknown.join(', ')}`);
  const inputs = Object.entries(action.inputs ?? {}).map(([name, input]) => [
    name,
    given[name] ?? interpolate(String(input?.default ?? ''), context),
  ]);
  return Object.fromEntries(inputs) as Record<string, string>;
}

function environmentOf(
  step: ActionStep,
  options: CompositeOptions,
  temporary: string,
  state: { environment: object; paths: readonly string[] },
  context: ExpressionContext,
): Record<string, string> {
  const home = join(temporary, 'home');
  mkdirSync(home, { recursive: true });
  return {
    HOME: home,
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temporary,
    GITHUB_WORKSPACE: options.workspace,
    GITHUB_ACTION_PATH: options.action,
    ...options.environment,
    ...state.environment,
    ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, interpolate(String(value), context)])),
    PATH: [...state.paths, dirname(process.execPath), '/usr/local/bin:/usr/bin:/bin'].join(':'),
  };
}

/** When this step is to be cancelled: at the cancel of the job, unless its condition still holds then. */
function signalFor(
  step: ActionStep,
  options: CompositeOptions,
  cancelled: boolean,
  values: Readonly<Record<string, unknown>>,
): AbortSignal | undefined {
  if (cancelled) return options.afterCancel === 'interrupt' ? AbortSignal.abort() : undefined;
  return conditionHolds(step.if, { values, status: 'cancelled' }) ? undefined : options.signal;
}
