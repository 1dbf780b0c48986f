import type { DoctorCheck, DoctorDocument, DoctorState } from '../../model/doctor.ts';
import { AREA_TITLES, byArea, doctorSentence } from '../doctor-words.ts';
import { EMULATED_NOTE } from '../words.ts';
import { type Block, onlyBlock, withinBudget } from './budget.ts';
import { code, prose } from './escape.ts';

const MARK: Readonly<Record<DoctorState, string>> = { ok: '✅', remark: 'ℹ️', 'to-do': '❌', unknown: '❔' };

/** What `doctor` saw, for GitHub: what is to do is kept longest. */
export function doctorMarkdown({ checks, emulated }: DoctorDocument, budget?: number): string {
  const isClean = checks.every(({ state }) => state !== 'to-do');
  const head = `${isClean ? '✅' : '❌'} **${prose(doctorSentence(checks))}**${emulated ? ` · ${EMULATED_NOTE}` : ''}`;
  const areas = byArea(checks).map(([area, own]) => ({ open: `**${AREA_TITLES[area]}**`, close: '', blocks: own.map(block) }));
  return withinBudget([onlyBlock(0, head), ...areas], budget);
}

const PRIORITY: Readonly<Record<DoctorState, number>> = { 'to-do': 1, unknown: 2, remark: 3, ok: 4 };

function block({ subject, state, seen, remedy, command }: DoctorCheck): Block {
  const lines = [
    `- ${MARK[state]} ${code(subject)} ${prose(seen)}`,
    ...(remedy === undefined ? [] : [`  - hint: ${prose(remedy)}`]),
    ...(command === undefined ? [] : [`  - ${code(command)}`]),
  ];
  return { priority: PRIORITY[state], text: lines.join('\n'), holds: { check: 1 } };
}
