import type { DiagnoseDocument } from '../../model/diagnose.ts';
import { diagnoseSentence, evidenceText, pathTitle, unknownPaths } from '../diagnose-words.ts';
import { counted, EMULATED_NOTE } from '../words.ts';
import { onlyBlock, plainSection, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';
import { findingsSection } from './findings.ts';
import { diagnosisBlock } from './smoke.ts';

const MOST_NAMED = 5;

/** What `diagnose` found, for GitHub; below `budget` bytes. */
export function diagnoseMarkdown(document: DiagnoseDocument, budget?: number): string {
  const { findings = [], diagnoses = [], emulated, fleet } = document;
  const wrong = document.paths.some(({ state }) => state === 'wrong') || findings.length > 0;
  const mark = wrong ? '❌' : document.paths.every(({ state }) => state === 'right') ? '✅' : '❓';
  const title = fleet === '' ? 'Diagnosis' : `Diagnosis of ${prose(fleet)}`;
  const head = `${mark} **${title}: ${diagnoseSentence(document)}**${emulated ? ` · ${EMULATED_NOTE}` : ''}`;
  const evidence = evidenceText(document);
  return withinBudget(
    [
      onlyBlock(0, head),
      findingsSection(findings),
      plainSection(...diagnoses.map(diagnosisBlock)),
      plainSection(
        ...unknownPaths(document).map(({ why, paths }) => {
          const named = paths.slice(0, MOST_NAMED).map((path) => code(pathTitle(path)));
          const more = paths.length > MOST_NAMED ? ', …' : '';
          return {
            priority: 4,
            text: `- ❓ ${counted(paths.length, 'path')} not known: ${prose(why)} (${named.join(', ')}${more})`,
            holds: { 'reason why paths are not known': 1 },
          };
        }),
      ),
      ...(evidence === undefined ? [] : [onlyBlock(2, prose(evidence))]),
    ],
    budget,
  );
}
