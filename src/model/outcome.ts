/** What can be true at the end of a command; main.ts turns these words into the exit code, the first of its order wins. */
export type Condition =
  | 'interrupted'
  | 'usage'
  | 'rule-broken'
  | 'locked'
  | 'not-approved'
  | 'failed'
  | 'rolled-back'
  | 'smoke-failed'
  | 'unknown-cluster'
  | 'changes';

/** The end of a command: the document it made and the conditions that hold. No condition: done, or nothing to do. */
export interface Outcome<Document> {
  document: Document;
  conditions: Condition[];
}
