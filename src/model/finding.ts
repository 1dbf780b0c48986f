export type Severity = 'error' | 'warning' | 'info';

/** A place in a file; line and column count from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface FilePosition extends Position {
  file: string;
}

/** One thing that is wrong (or worth knowing), where it stands and what to do about it. */
export interface Finding {
  /** E1…E32 of the rule reference, or yaml, schema, reference, duplicate, yaml11, credential, manifests, cluster, removal, rendered. */
  rule: string;
  severity: Severity;
  /** Absent where the fault is in a cluster and no file is to blame. */
  file?: string;
  line?: number;
  column?: number;
  /** The cluster the finding is about, for findings of live rules. */
  cluster?: string;
  message: string;
  remedy: string;
  related?: (FilePosition & { message: string })[];
}

/** What `validate --format json` prints. */
export interface FindingsDocument {
  schemaVersion: 1;
  emulated?: boolean;
  findings: Finding[];
}
