import type { DoctorCheck, DoctorDocument, DoctorState } from '../../model/doctor.ts';
import type { Style } from '../../model/style.ts';
import { AREA_TITLES, byArea, doctorSentence, STATE_WORDS } from '../doctor-words.ts';
import { printable } from '../printable.ts';
import { EMULATED_NOTE } from '../words.ts';

/** What `doctor` saw, area by area, for a person: a line each, with what to do and the command for it below. */
export function doctorText({ checks, emulated }: DoctorDocument, style: Style): string {
  const blocks = byArea(checks).map(([area, own]) => [
    style.bold(AREA_TITLES[area]),
    ...own.flatMap((check) => checkLines(check, style)),
  ]);
  const isClean = checks.every(({ state }) => state !== 'to-do');
  const sentence = doctorSentence(checks);
  const end = [isClean ? style.green(sentence) : style.red(sentence)];
  if (emulated) end.push(style.dim(EMULATED_NOTE));
  return `${[...blocks, end].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function checkLines({ subject, state, seen, remedy, command }: DoctorCheck, style: Style): string[] {
  return [
    `  ${paint(state, style)} ${printable(subject)}: ${printable(seen)}`,
    ...(remedy === undefined ? [] : [`      ${style.cyan('hint:')} ${printable(remedy)}`]),
    ...(command === undefined ? [] : [`        ${style.bold(printable(command))}`]),
  ];
}

function paint(state: DoctorState, style: Style): string {
  const word = `${STATE_WORDS[state]}:`;
  if (state === 'ok') return style.green(word);
  if (state === 'to-do') return style.red(word);
  return state === 'remark' ? style.yellow(word) : style.dim(word);
}
