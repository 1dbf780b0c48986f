/** Something that is left to do by hand. */
export interface NextStep {
  /** What it is about, for programs. */
  about: StepTopic;
  /** What to do, as a sentence. */
  what: string;
  /** What to know for it, a sentence each. */
  notes: string[];
  /**
   * To type in the folder in which the program ran, in any shell of Linux and macOS, one after another; none where no command does it.
   * Files that only the user has are called as they may be called: `cluster1.kubeconfig`.
   */
  commands: string[];
}

/** In the order in which steps have to be done. */
export const STEP_TOPICS = [
  'git-attributes',
  'manifests',
  'declaration',
  'identities',
  'secrets',
  'pull-requests',
  'environment',
  'doctor',
  'first-plan',
] as const;

export type StepTopic = (typeof STEP_TOPICS)[number];
