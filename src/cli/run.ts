import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ports } from '../commands/context.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import type { ForgeError } from '../ports/forge.ts';
import { documentJson } from '../report/json/document.ts';
import type { Redactor } from '../report/redactor.ts';
import { endOutputs, type Outputs } from './action-outputs.ts';
import type { Invocation } from './arguments.ts';
import type { RunOptions } from './ended.ts';
import { failureOutput } from './failure-reason.ts';
import { type Document, report, summary } from './reports.ts';
import type { Surroundings } from './surroundings.ts';
import { runVerb } from './verbs.ts';
import { VERSION } from './version.ts';

/** Runs a command, puts its document into the asked format and tells the job of the workflow, where there is one. */
export async function runInvocation(
  invocation: Invocation,
  ports: Ports,
  options: RunOptions,
  style: Style,
  around: Surroundings,
): Promise<{ text: string; conditions: Condition[]; failures: readonly ForgeError[] }> {
  const { made: asMade, conditions, outputs, failures = [] } = await runVerb(invocation, ports, options, around);
  // Before it is put into words, which may escape, cut or wrap what is to be found; each sink looks again at what leaves.
  const made = withoutSecrets(asMade, ports.secrets);
  const ending: Condition[] = [
    ...conditions,
    ...(failures.length === 0 ? [] : ['usage' as const]),
    ...(ports.signal.aborted ? ['interrupted' as const] : []),
  ];
  const { job } = around;
  const told = {
    ...outputs,
    ...endOutputs(ending),
    ...failureOutput(made, ending),
    ...(await planFile(made, around, ports.secrets)),
  };
  for (const [name, value] of Object.entries(told)) job.output(name, value);
  const markdown = summary(made);
  if (markdown !== undefined) await job.summary(markdown);
  return { text: report(made, invocation.text('format') ?? 'text', style, VERSION), conditions: ending, failures };
}

function withoutSecrets(made: Document, secrets: Redactor): Document {
  const document = secrets.document(made.document);
  if (made.kind !== 'plan') return { ...made, document } as Document;
  const { planned } = made;
  const plan = secrets.document(planned.plan);
  return { ...made, document, planned: { ...planned, plan, findings: secrets.document(planned.findings) } } as Document;
}

/** The whole document in a file, for later steps; only in a workflow, and only of commands that compare. */
async function planFile(made: Document, { temporary }: Surroundings, secrets: Redactor): Promise<Outputs> {
  if (temporary === undefined || !['plan', 'propose', 'drift'].includes(made.kind)) return {};
  const path = join(temporary, `cn2-fleet-${made.kind}.json`);
  await writeFile(path, secrets.json(documentJson(made.document)));
  return { 'plan-path': path };
}
