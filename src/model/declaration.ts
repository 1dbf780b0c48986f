import type { Finding, Position } from './finding.ts';
import type { Fleet } from './fleet.ts';

/** Where things are in the declaration, asked by JSON pointer ('/central/podSubnets/0'). */
export interface SourceMap {
  file: string;
  /** Position of the value at a pointer; undefined where the file writes none. The document itself is ''. */
  valueAt(pointer: string): Position | undefined;
  /** Position of the key that introduces the value, for entries of a mapping. */
  keyAt(pointer: string): Position | undefined;
}

/** What reading clusters.yaml gives. */
export interface Declaration {
  /** Present when text and schema allowed it: rules may then judge it, even where other findings stand. */
  fleet?: Fleet;
  source: SourceMap;
  /** sha256:… of the declaration's meaning (comments and order of keys do not count). */
  digest: string;
  findings: Finding[];
}
