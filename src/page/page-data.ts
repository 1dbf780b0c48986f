import type { Finding } from '../model/finding.ts';
import type { Diagnosis, MeansOfCluster, PairVerdict } from '../model/smoke.ts';
import type { MemberRole } from '../report/topology/connections.ts';
import type { Mark } from '../report/topology/mark.ts';

/** What the verdict of a page comes to; each has a colour and a sign. */
export type Tone = 'good' | 'bad' | 'warn' | 'unknown';

/** All that a page shows, as it is embedded in it. Sentences are made here, so that a page says what the other reports say. */
export interface PageData {
  title: string;
  verdict: { tone: Tone; sentence: string };
  /** A lab stands in for CN2. */
  emulated?: string;
  /** What a reader has to know before the rest, the most important first. */
  notes: Note[];
  findings: Finding[];
  /** Absent: the fleet is not known. */
  topology?: PageTopology;
  smoke?: SmokePart;
  changes?: ChangesPart;
  /** The program that made the page. */
  version: string;
}

export interface Note {
  tone: Tone;
  title?: string;
  lines: string[];
}

export interface SmokePart {
  pairs: PairVerdict[];
  diagnoses: Diagnosis[];
  means: MeansOfCluster[];
  leftovers: string[];
  /** When it was measured; absent: it was not. */
  at?: string;
  /** How it differs from what was kept of earlier runs; absent: in nothing. */
  changed?: string;
}

/** Of a plan or of drift. */
export interface ChangesPart {
  clusters: ClusterView[];
  /** What the two values of a field are called. */
  columns: { before: string; after: string };
  /** Words of the changes, with how many have each. */
  kinds: { word: string; count: number }[];
}

export interface ClusterView {
  name: string;
  role: 'central' | 'distributed';
  /** How many changes, or why it could not be judged. */
  state: string;
  tone: Tone;
  groups: { heading: string; changes: ChangeView[] }[];
  notes: string[];
}

export interface ChangeView {
  /** One character, and the word that it stands for: a change is never told by its colour alone. */
  sign: string;
  word: string;
  tone: 'add' | 'change' | 'remove' | 'keep';
  title: string;
  notes: string[];
  /** What it interrupts or breaks, as a sentence. */
  interrupts?: string;
  fields: FieldView[];
  /** What the object may do, images last. */
  grants: string[];
}

export interface FieldView {
  path: string;
  before: string;
  after: string;
  /** What to do about another field manager that owns it. */
  conflict?: string;
  /** Made by a patch of the declaration: of the vendor's file, not of the live object. */
  patch?: true;
}

/** The fleet as it is drawn. */
export interface PageTopology {
  clusters: DrawnCluster[];
  connections: DrawnConnection[];
  /** What the marks mean; absent: nothing is marked. */
  legend?: Partial<Record<Mark, string>>;
}

export interface DrawnCluster {
  name: string;
  role: 'central' | 'distributed';
  mark: Mark;
  /** Why it could not be judged. */
  unknown?: string;
  namespaces: DrawnNamespace[];
}

export interface DrawnNamespace {
  /** Empty: the default pod network, which is in no namespace. */
  name: string;
  isolated: boolean;
  networks: DrawnNetwork[];
}

export interface DrawnNetwork {
  /** Of an endpoint: default, or namespace/name. */
  network: string;
  title: string;
  subnets: string[];
  mark: Mark;
}

export interface DrawnConnection {
  name: string;
  type: 'mesh' | 'hub-spoke';
  mark: Mark;
  members: { cluster: string; network: string; role: MemberRole; mark: Mark }[];
}
