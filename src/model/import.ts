import type { ChangeAction } from './change-action.ts';
import type { Finding } from './finding.ts';

/** What `import --format json` prints. Paths are as the user's folder knows them. */
export interface ImportDocument {
  schemaVersion: 1;
  /** The declaration, whether it was written or not. */
  declaration: string;
  /** Files that were written; none where there are errors. */
  written: string[];
  /** Absent where it could not be told. */
  release?: { version: string; images: Record<string, string> };
  /** Folder of the vendor's manifests that fits; absent: none was given. */
  manifests?: {
    folder: string;
    /** Clusters that another folder fits better. */
    own: { cluster: string; folder: string }[];
    /** Files that differ from what Juniper publishes. */
    differs: string[];
  };
  clusters: { name: string; role: 'central' | 'distributed'; status: 'known' | 'unknown'; reason?: string; uid?: string }[];
  /** How many entries of each kind the declaration has. */
  counts: { namespaces: number; networks: number; connections: number; extra: number; patches: number };
  /** How many objects the next plan would make the fleet's own, without changing them. */
  adopted: number;
  /** Secrets that are compared when the credentials of the declaration are set. */
  notCompared: number;
  /** What the next plan would change all the same. */
  remaining: { cluster: string; action: ChangeAction; kind: string; namespace?: string; name: string; fields: string[] }[];
  findings: Finding[];
  /** Sentences: what is left to do by hand, in order. */
  next: string[];
}
