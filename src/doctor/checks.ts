import type { DoctorArea, DoctorCheck, DoctorState } from '../model/doctor.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';

/** What a check may have beside what was seen. */
export type More = Partial<Pick<DoctorCheck, 'remedy' | 'command' | 'cluster' | 'missing'>>;

/** One check. */
export function check(area: DoctorArea, subject: string, state: DoctorState, seen: string, more: More = {}): DoctorCheck {
  return { area, subject, state, seen, ...present(more) };
}

/** A finding of a rule as a check: errors are to do, anything else is a remark. */
export function checkOf(area: DoctorArea, subject: string, finding: Finding): DoctorCheck {
  const { rule, severity, message, remedy, file, line, cluster } = finding;
  const place = file === undefined || line === undefined ? '' : `${file}:${line} `;
  const seen = `${place}${rule} ${message}`;
  return check(area, subject, severity === 'error' ? 'to-do' : 'remark', seen, {
    ...(remedy === '' ? {} : { remedy }),
    ...present({ cluster }),
  });
}

/** Without these a cluster cannot be judged; every other thing to do is a rule that is not kept. */
const UNJUDGED: ReadonlySet<DoctorArea> = new Set<DoctorArea>(['credentials', 'clusters', 'rights']);

/** What checks mean for the end of the command; remarks and what cannot be told mean nothing, but for a cluster. */
export function doctorConditions(checks: readonly DoctorCheck[]): Condition[] {
  const todo = checks.filter(({ state }) => state === 'to-do');
  const blind = checks.some(({ area, state }) => state === 'unknown' && UNJUDGED.has(area));
  return [
    ...(todo.some(({ area }) => !UNJUDGED.has(area)) ? ['rule-broken' as const] : []),
    ...(blind || todo.some(({ area }) => UNJUDGED.has(area)) ? ['unknown-cluster' as const] : []),
  ];
}
