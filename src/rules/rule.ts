import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding, Severity } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { LiveState } from '../model/live.ts';
import type { Manifest } from '../model/manifest.ts';
import { present } from '../model/present.ts';

export interface DeclarationInput {
  fleet: Fleet;
  source: SourceMap;
}

export interface ManifestsInput {
  /** Where findings can point into the declaration; absent for a committed rendered folder. */
  source?: SourceMap;
  fleet: Fleet;
  manifests: readonly Manifest[];
  /** The vendor's files, path relative to the declaration → text. */
  vendorFiles: Readonly<Record<string, string>>;
  /** Folder that positions in manifests begin with. */
  folder: string;
}

export interface LiveInput {
  fleet: Fleet;
  source?: SourceMap;
  live: LiveState;
  /** What is to run on the clusters; without it selectors of manifests are not checked. */
  manifests?: readonly Manifest[];
  /** The vendor's files, path relative to the declaration → text; without them what they require of the clusters is not checked. */
  vendorFiles?: Readonly<Record<string, string>>;
}

/** A kubeconfig as it is handed over. The value is never shown. */
export interface HandoverInput {
  source?: SourceMap;
  /** JSON pointer of the reference. */
  at: string;
  cluster: string;
  /** The kubeconfig as it was given. */
  value: string;
  context?: string;
  /** The address that the other side connects to. */
  server: string;
  /** The tool itself connects with this kubeconfig too. */
  isOwn: boolean;
  /** Milliseconds since the epoch. */
  now: number;
}

/** One rule: what must hold, what to do if it does not, and how this is known. A rule checks whatever it has a method for. */
export interface Rule {
  id: string;
  /** What must hold, as a sentence. */
  sentence: string;
  /** What to do when it does not hold. */
  remedy: string;
  /** documented: CN2's or Kubernetes' texts, CRDs and manifests say it. observed: published outputs show it. derived: our reasoning. */
  source: 'documented' | 'derived' | 'observed';
  /** What belongs to it and cannot be seen from here; absent: nothing. */
  notChecked?: string;
  judgeDeclaration?(input: DeclarationInput): Finding[];
  judgeManifests?(input: ManifestsInput): Finding[];
  judgeLive?(input: LiveInput): Finding[];
  /** On a credential's value, where it is given. */
  judgeHandover?(input: HandoverInput): Finding[];
}

/** A finding of a rule. Its remedy is the rule's own unless a more specific one is given. */
export function finding(
  rule: Pick<Rule, 'id' | 'remedy'>,
  place: FilePosition | undefined,
  message: string,
  more: { remedy?: string; severity?: Severity; related?: Finding['related']; cluster?: string } = {},
): Finding {
  return {
    rule: rule.id,
    severity: more.severity ?? 'error',
    ...place,
    ...present({ cluster: more.cluster }),
    message,
    remedy: more.remedy ?? rule.remedy,
    ...(more.related === undefined || more.related.length === 0 ? {} : { related: more.related }),
  };
}

/** Whether a place comes before another one in the same file. */
export function isBefore(a: FilePosition, b: FilePosition): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}
