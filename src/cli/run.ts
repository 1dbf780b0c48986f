import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ports } from '../commands/context.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import { pageDocument, pageWithoutSecrets } from '../page/page-document.ts';
import type { ForgeError } from '../ports/forge.ts';
import { documentJson } from '../report/json/document.ts';
import type { Redactor } from '../report/redactor.ts';
import type { Outputs } from '../verbs/outputs.ts';
import type { Surroundings } from '../verbs/surroundings.ts';
import type { AnyDocument, DocumentVerb, Format, Invocation, RunOptions, Work } from '../verbs/verb.ts';
import { VERSION } from '../version.ts';
import { endOutputs } from './action-outputs.ts';
import { failureOutput } from './failure-reason.ts';
import { pageFilesOf, writePages } from './page-files.ts';

/** Runs a command, puts its document into the asked format and tells the job of the workflow, where there is one. */
export async function runInvocation(
  invocation: Invocation<DocumentVerb>,
  ports: Ports,
  options: RunOptions,
  style: Style,
  around: Surroundings,
): Promise<{ text: string; conditions: Condition[]; failures: readonly ForgeError[] }> {
  const { verb } = invocation;
  const { run, shown } = await verb.work();
  const files = await pageFilesOf(invocation, around);
  const { failures = [], ...ended } = await run({ invocation, ports, options, around });
  // Before it is put into words, which may escape, cut or wrap what is to be found; each sink looks again at what leaves.
  const document = ports.secrets.document(ended.document);
  const details = ports.secrets.document(ended.details);
  const page = async () => pageWithoutSecrets(await pageOf(shown, document, details, around), ports.secrets);
  const pages = await writePages(files, page, ports.reporter);
  const ending: Condition[] = [
    ...ended.conditions,
    ...(failures.length > 0 || (pages.failed && isFine(ended.conditions)) ? ['usage' as const] : []),
    ...(ports.signal.aborted ? ['interrupted' as const] : []),
  ];
  const { job } = around;
  const told = {
    ...ended.outputs,
    ...endOutputs(ending),
    ...failureOutput(document, ending),
    ...(await planFile(verb, document, around, ports.secrets)),
    ...pages.outputs,
  };
  for (const [name, value] of Object.entries(told)) if (value !== undefined) job.output(name, value);
  const markdown = shown.summary?.(document, details);
  if (markdown !== undefined) await job.summary(markdown);
  const format = (invocation.text('format') ?? 'text') as Format;
  const text = format === 'html' ? await page() : inFormat(shown, document, format, style);
  return { text, conditions: ending, failures };
}

/** The page of a document. */
async function pageOf(shown: Work['shown'], document: AnyDocument, details: unknown, around: Surroundings): Promise<string> {
  const data = shown.html?.(document, details, VERSION);
  if (data === undefined || around.pageShell === undefined) throw new Error('the command has no page');
  return pageDocument(await around.pageShell(), data);
}

/** A document ready for stdout. */
function inFormat(shown: Work['shown'], document: AnyDocument, format: Exclude<Format, 'html'>, style: Style): string {
  if (format === 'json') return documentJson(document);
  const text = format === 'text' ? shown.text(document, style) : shown[format]?.(document, VERSION);
  if (text === undefined) throw new Error(`a format that the command names is not shown: ${format}`);
  return text;
}

/** The whole document in a file, for later steps; only in a workflow, and only of commands that compare. */
async function planFile(
  { name, keepsPlanFile }: DocumentVerb,
  document: AnyDocument,
  { temporary }: Surroundings,
  secrets: Redactor,
): Promise<Outputs> {
  if (temporary === undefined || keepsPlanFile !== true) return {};
  const path = join(temporary, `cn2-fleet-${name}.json`);
  await writeFile(path, secrets.json(documentJson(document)));
  return { 'plan-path': path };
}

/** A page that could not be written does not hide how the run itself has ended. */
function isFine(conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => condition === 'changes');
}
