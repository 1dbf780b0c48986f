import type { Finding } from './finding.ts';

/** What `render --format json` prints: what it wrote, or with --check what it would write. Paths are below the rendered folder. */
export interface RenderDocument {
  schemaVersion: 1;
  /** true: nothing was written. */
  check: boolean;
  created: string[];
  updated: string[];
  removed: string[];
  /** How many files are already as they should be. */
  unchanged: number;
  findings: Finding[];
}
