import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { interpolate } from '../../lab/github/workflow-expression.ts';
import { runStep, type StepResult } from './runner-step.ts';

interface Action {
  inputs?: Record<string, { default?: string } | null>;
  runs: { using: string; main: string; post?: string; 'post-if'?: string };
}

export interface JavaScriptOptions {
  /** Folder of action.yml. */
  action: string;
  inputs: Readonly<Record<string, string>>;
  /** The `github` context. */
  github?: Readonly<Record<string, unknown>>;
  /** Environment of the job, GITHUB_* and secrets; PATH has no Node in it. */
  environment: Readonly<Record<string, string>>;
  workspace: string;
  /** Cancels the job: what hangs is killed at once. */
  signal?: AbortSignal;
}

/**
 * The two steps of a JavaScript action as GitHub's runner makes them (actions/runner, NodeScriptActionHandler): the files that
 * action.yml names, from its own folder, with the runner's own Node and no words; inputs as INPUT_ variables, hyphens and all; what
 * the first left as state as STATE_ variables of the second.
 */
export function javaScriptAction(options: JavaScriptOptions): { main(): Promise<StepResult>; post(): Promise<StepResult> } {
  const { inputs = {}, runs } = parse(readFileSync(join(options.action, 'action.yml'), 'utf8')) as Action;
  if (runs.using !== 'node24') throw new Error(`runs.using is ${runs.using}`);
  const context = { values: { github: options.github ?? {} }, status: 'success' as const };
  const names = new Set([...Object.keys(inputs), ...Object.keys(options.inputs)]);
  const variables = [...names].map((name) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    options.inputs[name] ?? interpolate(String(inputs[name]?.default ?? ''), context),
  ]);
  let state: Record<string, string> = {};
  const step = async (file: string | undefined, signal?: AbortSignal): Promise<StepResult> => {
    if (file === undefined) throw new Error('action.yml names no such file');
    const result = await runStep({
      script: '',
      program: [process.execPath, join(options.action, file)],
      cwd: options.workspace,
      environment: {
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: options.workspace,
        GITHUB_ACTION_PATH: dirname(options.action),
        PATH: '/usr/bin:/bin',
        ...options.environment,
        ...Object.fromEntries(variables),
        ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      },
      signal,
      patience: { interrupt: 0, terminate: 0, output: 5_000 },
    });
    state = { ...state, ...result.state };
    return result;
  };
  return { main: () => step(runs.main, options.signal), post: () => step(runs.post) };
}
