/** What a first run needs, in the order in which it needs it. */
export const DOCTOR_AREAS = [
  'declaration',
  'credentials',
  'clusters',
  'rights',
  'cn2',
  'manifests',
  'workflows',
  'github',
  'smoke',
] as const;

export type DoctorArea = (typeof DOCTOR_AREAS)[number];

/**
 * `ok`: as it should be. `remark`: a run works all the same. `to-do`: a run fails without it. `unknown`: it cannot be told from here.
 */
export const DOCTOR_STATES = ['ok', 'remark', 'to-do', 'unknown'] as const;

export type DoctorState = (typeof DOCTOR_STATES)[number];

/** One thing that was looked at. */
export interface DoctorCheck {
  area: DoctorArea;
  /** What it is about: a cluster, a credential, a file, a setting. */
  subject: string;
  state: DoctorState;
  /** What was seen, as a sentence without a full stop. */
  seen: string;
  /** What to do about it, or where to look; absent: nothing. */
  remedy?: string;
  /** A command that does it, to type in the folder in which the program ran; absent: there is none. */
  command?: string;
  /** The cluster, where it is about one. */
  cluster?: string;
  /** Rights that are missing: verb, resource and group, with the namespace where it is of one. */
  missing?: string[];
}

/** What `doctor --format json` prints. */
export interface DoctorDocument {
  schemaVersion: 1;
  declaration: string;
  /** Absent: the declaration does not name one that can be read. */
  fleet?: string;
  /** CN2 is emulated on the central cluster. */
  emulated?: true;
  checks: DoctorCheck[];
}
