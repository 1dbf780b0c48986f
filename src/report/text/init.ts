import type { InitDocument } from '../../model/init.ts';
import type { NextStep } from '../../model/next-step.ts';
import type { Style } from '../../model/style.ts';
import { printable } from '../printable.ts';
import { columns, counted, listed } from '../words.ts';

/** What `init` wrote and left alone, the secrets that the workflows need, and what to do next, for a person. */
export function initText(document: InitDocument, style: Style): string {
  const files = [
    ...document.written.map((path) => style.green(`+ ${printable(path)}`)),
    ...document.unchanged.map((path) => style.dim(`  ${printable(path)} already exists`)),
    ...document.updated.map((path) => style.green(`~ ${printable(path)} is now as init writes it`)),
    ...document.removed.map((path) => style.yellow(`- ${printable(path)} had the former name of the fleet`)),
    ...document.adapted.map((path) => style.dim(`  ${printable(path)} already exists, adapted`)),
    ...document.completed.map(({ path, added }) => style.green(`~ ${printable(path)} now passes on ${printable(listed(added))}`)),
    ...document.differing.map(({ path, lacks }) => style.yellow(`! ${printable(path)} ${differs(lacks)}`)),
  ];
  const blocks = [files];
  for (const { path, diff } of document.diffs)
    blocks.push([
      style.bold(`${printable(path)}, adapted: what init would write now`),
      ...diff
        .trimEnd()
        .split('\n')
        .map((line) => `  ${diffLine(line, style)}`),
      style.dim('  Copy what you need. If you copy the first line too, this is not shown again.'),
    ]);
  const secrets = document.credentials.filter(({ secret }) => secret !== undefined);
  if (secrets.length > 0)
    blocks.push([
      style.bold('secrets of the repository'),
      ...columns(secrets.map(({ secret, for: uses }) => [`  ${printable(secret ?? '')}`, printable(uses.join(', '))])),
    ]);
  const steps = document.next.map((step, at) => stepLines(step, at + 1, style).join('\n'));
  blocks.push([style.bold(`next: ${counted(document.next.length, 'step')}`), ...steps]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A step with its number; commands begin a line each, so that they can be copied. */
function stepLines({ what, notes, commands }: NextStep, number: number, style: Style): string[] {
  return [
    `  ${number}. ${printable(what)}`,
    ...notes.map((note) => style.dim(`     ${printable(note)}`)),
    ...commands.map((command) => `       ${style.bold(printable(command))}`),
  ];
}

function diffLine(line: string, style: Style): string {
  const text = printable(line);
  if (line.startsWith('+')) return style.green(text);
  return line.startsWith('-') ? style.red(text) : style.dim(text);
}

function differs(lacks: readonly string[]): string {
  return `differs from what init would write, and does not pass on ${printable(listed(lacks))}: left as it is; to have it written again, remove it`;
}
