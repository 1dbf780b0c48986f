import { shown } from '../checkout/load.ts';
import type { Options } from '../commands/context.ts';
import type { ApplyDocument } from '../model/apply.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition, Outcome } from '../model/outcome.ts';

export type ApplyResult = Outcome<ApplyDocument & { findings: Finding[] }>;

/** The end of a run that was not allowed to begin, or to go on: nothing was written. */
export function stopped(
  fleet: string,
  findings: readonly Finding[],
  options: Options,
  conditions: Condition[],
  reason: string,
): ApplyResult {
  return {
    document: { schemaVersion: 1, fleet, outcome: 'stopped', reason, steps: [], findings: shown(findings, options) },
    conditions,
  };
}

/** The end of a run that found everything as declared and proven. */
export function nothing(
  fleet: string,
  findings: readonly Finding[],
  options: Options,
  facts: { emulated?: boolean | undefined },
): ApplyResult {
  return {
    document: {
      schemaVersion: 1,
      fleet,
      outcome: 'nothing',
      ...(facts.emulated === true ? { emulated: true } : {}),
      steps: [],
      findings: shown(findings, options),
    },
    conditions: [],
  };
}
