import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';

/** One YAML document as data, with the place of every key and value. */
export interface YamlDocument {
  value: unknown;
  source: SourceMap;
  /** Rules yaml and yaml11. */
  findings: Finding[];
  /** Where keys named __proto__ are. */
  prototypeKeys: FilePosition[];
  /** The text does not follow the grammar: what was read may lack parts. A duplicate key is an error but breaks nothing. */
  broken: boolean;
}
