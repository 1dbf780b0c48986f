import { isFailed } from '../expectation/smoke-document.ts';
import type { ApplyDocument } from '../model/apply.ts';
import type { Condition } from '../model/outcome.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { titleWithin } from './markdown/escape.ts';
import { failedSteps, isGate, outcomeWords, stepResult } from './outcome-words.ts';
import { smokeSentence } from './smoke-matrix.ts';
import { counted } from './words.ts';

/** A commit status or deployment as an apply ends. */
export interface ApplyStatus {
  state: 'success' | 'failure' | 'error';
  /** At most 140 characters: GitHub refuses longer ones. */
  description: string;
}

const DESCRIPTION_LENGTH = 140;

/**
 * success: everything is done, or nothing was to be. error: it was stopped from outside or could not be begun properly, so nothing is
 * known to be wrong with what was approved. failure: all else.
 */
export function applyStatus(document: ApplyDocument, conditions: readonly Condition[]): ApplyStatus {
  const bad = conditions.filter((condition) => condition !== 'changes');
  const outside = bad.some((condition) => condition === 'interrupted' || condition === 'usage' || condition === 'locked');
  const state = bad.length === 0 ? 'success' : outside ? 'error' : 'failure';
  const text = state === 'success' ? doneText(document) : brokenText(document, bad);
  return { state, description: titleWithin(text, DESCRIPTION_LENGTH) };
}

/** "12 created, 3 updated, 8 gates passed; 16 paths, all as declared". */
function doneText(document: ApplyDocument): string {
  if (document.outcome === 'nothing' && document.smoke === undefined) return 'nothing to do';
  const counts = new Map<string, number>();
  for (const step of document.steps) if (!isGate(step)) counts.set(step.result, (counts.get(step.result) ?? 0) + 1);
  const gates = document.steps.filter(isGate).length;
  const done = [
    ...[...counts].map(([result, count]) => `${count} ${result}`),
    ...(gates === 0 ? [] : [`${counted(gates, 'gate')} passed`]),
  ].join(', ');
  return [done, document.smoke === undefined ? 'no smoke test' : provenText(document.smoke)]
    .filter((text) => text !== '')
    .join('; ');
}

/** Where an apply did not fail, what is broken was so before. */
function provenText(smoke: SmokeDocument): string {
  const broken = smoke.pairs.some(({ verdict }) => isFailed(verdict));
  return `${smokeSentence(smoke)}${broken ? ', as before' : ''}`;
}

function brokenText(document: ApplyDocument, conditions: readonly Condition[]): string {
  if (document.outcome === 'done' || document.outcome === 'nothing') {
    return document.smoke === undefined
      ? 'applied, but not everything could be judged'
      : `applied; ${smokeSentence(document.smoke)}`;
  }
  const [failed] = failedSteps(document);
  if (failed !== undefined)
    return `failed: ${failed.cluster} ${failed.stage} ${failed.object}: ${failed.reason ?? stepResult(document, failed)}`;
  const [sentence = ''] = (document.reason ?? '').split('\n');
  const word = conditions.includes('interrupted') ? 'interrupted' : outcomeWords(document);
  return sentence === '' || sentence.startsWith(word) ? sentence || word : `${word}: ${sentence}`;
}
