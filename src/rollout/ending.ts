import type { ApplyDocument } from '../model/apply.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';

/** The end of an apply; files of its findings are relative to the declaration's folder. */
export type ApplyEnding = Outcome<ApplyDocument & { findings: Finding[] }>;

/** The end of a run that was not allowed to begin, or to go on: nothing was written. */
export function stopped(fleet: string, findings: readonly Finding[], conditions: Condition[], reason: string): ApplyEnding {
  return {
    document: { schemaVersion: 1, fleet, outcome: 'stopped', reason, steps: [], findings: [...findings] },
    conditions,
  };
}

/** The end of a run that found everything as declared and proven. */
export function nothing(fleet: string, findings: readonly Finding[], facts: { emulated?: boolean | undefined }): ApplyEnding {
  const emulated = facts.emulated === true ? true : undefined;
  return {
    document: { schemaVersion: 1, fleet, outcome: 'nothing', ...present({ emulated }), steps: [], findings: [...findings] },
    conditions: [],
  };
}
