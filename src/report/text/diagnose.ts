import type { DiagnoseDocument } from '../../model/diagnose.ts';
import type { Style } from '../../model/style.ts';
import { diagnoseSentence, evidenceText, pathTitle, unknownPaths } from '../diagnose-words.ts';
import { printable } from '../printable.ts';
import { counted, EMULATED_NOTE } from '../words.ts';
import { findingLines } from './findings.ts';
import { diagnosisLines } from './smoke.ts';

/** So many paths of one reason are named. */
const MOST_NAMED = 3;

/** What `diagnose` found, for a person: the causes, then what is not known and why, then the verdict. */
export function diagnoseText(document: DiagnoseDocument, style: Style): string {
  const { findings = [], diagnoses = [], emulated } = document;
  const wrong = document.paths.some(({ state }) => state === 'wrong') || findings.length > 0;
  const isRight = !wrong && document.paths.every(({ state }) => state === 'right');
  const sentence = `${document.fleet === '' ? 'Diagnosis' : `Diagnosis of ${printable(document.fleet)}`}: ${diagnoseSentence(document)}.`;
  const evidence = evidenceText(document);
  const blocks = [
    findings.length > 0 ? findingLines(findings, style) : [],
    diagnoses.flatMap((each) => diagnosisLines(each, style)),
    unknownPaths(document).map(({ why, paths }) => {
      const named = paths.slice(0, MOST_NAMED).map(pathTitle).join(', ');
      const more = paths.length > MOST_NAMED ? ', …' : '';
      return style.dim(`${counted(paths.length, 'path')} not known: ${printable(why)} (${named}${more})`);
    }),
    [
      (wrong ? style.red : isRight ? style.green : style.yellow)(sentence),
      ...(evidence === undefined ? [] : [style.dim(evidence)]),
      ...(emulated ? [style.dim(EMULATED_NOTE)] : []),
    ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
