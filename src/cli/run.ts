import type { Options, Ports } from '../commands/context.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import type { ForgeError } from '../ports/forge.ts';
import { endOutputs, type Outputs } from './action-outputs.ts';
import type { Invocation } from './arguments.ts';
import { type Document, report, summary } from './reports.ts';
import type { Surroundings } from './surroundings.ts';
import { runVerb } from './verbs.ts';
import { VERSION } from './version.ts';

/** What a verb ends with. */
export interface Ended {
  made: Document;
  conditions: Condition[];
  /** Outputs of the step, beside those that every command sets. */
  outputs?: Outputs;
  /** What could not be written to GitHub. */
  failures?: readonly ForgeError[];
}

export interface RunOptions extends Options {
  /** A path of the command line, relative to the declaration's folder. */
  local(path: string): string;
}

/** Runs a command, puts its document into the asked format and tells the job of the workflow, where there is one. */
export async function runInvocation(
  invocation: Invocation,
  ports: Ports,
  options: RunOptions,
  style: Style,
  around: Surroundings,
): Promise<{ text: string; conditions: Condition[]; failures: readonly ForgeError[] }> {
  const { made, conditions, outputs, failures = [] } = await runVerb(invocation, ports, options, around);
  const ending: Condition[] = failures.length === 0 ? conditions : [...conditions, 'usage'];
  const { job } = around;
  for (const [name, value] of Object.entries({ ...outputs, ...endOutputs(ending) })) job.output(name, value);
  const markdown = summary(made);
  if (markdown !== undefined) await job.summary(markdown);
  return { text: report(made, invocation.text('format') ?? 'text', style, VERSION), conditions: ending, failures };
}
