import type { Adoption } from '../../model/adoption.ts';
import { objectTitle } from '../../model/object-ref.ts';
import type { Style } from '../../model/style.ts';
import { adoptionSentence } from '../adoption-words.ts';
import { printable } from '../printable.ts';

/** What was adopted into the declaration and what was not, for a person. */
export function adoptionText(adoption: Adoption, style: Style): string {
  const { adopted, notAdopted, left, files } = adoption;
  const blocks: string[][] = [];
  if (adopted.length > 0)
    blocks.push([
      style.bold('adopted'),
      ...adopted.map((each) => `  ${style.green('+')} ${printable(objectTitle(each))}: ${printable(each.paths.join(', '))}`),
    ]);
  if (notAdopted.length > 0)
    blocks.push([
      style.bold('not adopted'),
      ...notAdopted.flatMap((each) => [
        `  ${style.yellow('!')} ${printable(objectTitle(each))}${each.field === undefined ? '' : ` ${printable(each.field)}`}: ${printable(each.reason)}`,
        `      ${style.dim(printable(each.remedy))}`,
      ]),
    ]);
  if (left.length > 0)
    blocks.push([
      style.bold('left: what a plan of the edited declaration still changes'),
      ...left.map(
        (each) => `  ${style.yellow('~')} ${printable(objectTitle(each))}: ${printable(each.fields.join(', ') || each.action)}`,
      ),
    ]);
  for (const { file, diff } of files)
    blocks.push([
      style.bold(printable(file)),
      ...diff
        .trimEnd()
        .split('\n')
        .map((line) => `  ${diffLine(line, style)}`),
    ]);
  blocks.push([`Adoption: ${printable(adoptionSentence(adoption))}.`]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function diffLine(line: string, style: Style): string {
  const text = printable(line);
  if (line.startsWith('+')) return style.green(text);
  return line.startsWith('-') ? style.red(text) : style.dim(text);
}
