import type { DoctorArea, DoctorCheck, DoctorState } from '../model/doctor.ts';
import { counted } from './words.ts';

/** What people call an area. */
export const AREA_TITLES: Readonly<Record<DoctorArea, string>> = {
  declaration: 'declaration',
  credentials: 'credentials',
  clusters: 'API servers',
  rights: 'rights',
  cn2: 'CN2',
  manifests: "vendor's files",
  workflows: 'workflows',
  github: 'GitHub',
  smoke: 'smoke test',
};

/** What people call a state. */
export const STATE_WORDS: Readonly<Record<DoctorState, string>> = {
  ok: 'ok',
  remark: 'remark',
  'to-do': 'to do',
  unknown: 'cannot be told',
};

/** The checks of each area, in order. */
export function byArea(checks: readonly DoctorCheck[]): [DoctorArea, DoctorCheck[]][] {
  return [...Map.groupBy(checks, ({ area }) => area)];
}

/** "2 things to do; 1 remark; 3 cannot be told", or that all is there. */
export function doctorSentence(checks: readonly DoctorCheck[]): string {
  const count = (state: DoctorState) => checks.filter((one) => one.state === state).length;
  const [todo, remarks, unknown] = [count('to-do'), count('remark'), count('unknown')];
  const parts = [
    ...(todo === 0 ? [] : [`${counted(todo, 'thing')} to do`]),
    ...(remarks === 0 ? [] : [counted(remarks, 'remark')]),
    ...(unknown === 0 ? [] : [`${unknown} cannot be told`]),
  ];
  return `${todo === 0 ? 'Nothing is left to do for a first run' : parts.shift()}${parts.length === 0 ? '' : `; ${parts.join('; ')}`}.`;
}
