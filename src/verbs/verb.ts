import type { Options, Ports } from '../commands/context.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition } from '../model/outcome.ts';
import type { Permission } from '../model/permission.ts';
import type { PlanCluster } from '../model/plan.ts';
import type { Style } from '../model/style.ts';
import type { PageData } from '../page/page-data.ts';
import type { Files } from '../ports/files.ts';
import type { ForgeError } from '../ports/forge.ts';
import type { Flag } from './flags.ts';
import type { ActionOutput, Outputs } from './outputs.ts';
import type { Surroundings } from './surroundings.ts';

/** What `--format` can ask for. */
export type Format = 'text' | 'json' | 'markdown' | 'sarif' | 'github' | 'junit' | 'prometheus' | 'html';

/**
 * What a untrusted run (of a fork, of Dependabot) may have of a command:
 * `never`; `offline`, the command is made offline whatever its flags say; only `without` or `with` a flag; `always`.
 */
export type Allowance = 'never' | 'offline' | 'always' | { without: string } | { with: string };

/** Words between the name of a command and its flags. */
export interface Words {
  /** As the help writes them. */
  usage: string;
  /** One of these, and no more; absent: any, at least one. */
  oneOf?: readonly string[];
  /** Those of them that more words may follow. */
  further?: readonly string[];
  /** A command line that has them. */
  example: string;
}

/** What a command has to do with GitHub. */
export interface OnGitHub {
  /** What the token needs, a line each as a workflow writes them: those that GitHub's REST reference names for the endpoints in use. */
  permissions: readonly Permission[];
  /** What it needs instead with a flag. */
  permissionsWith?: { flag: string; permissions: readonly Permission[] };
  /** `always`: that is what it is for. `asked`: with --publish. */
  writes: 'always' | 'asked';
  /** In a job the head of the branch that approves is read, whether anything is published or not. */
  readsHead?: true;
  /** What merging does is read for a pull request or a merge queue, also where nothing is to be written there. */
  readsMerge?: true;
}

/** Everything that is known of a command before it runs: command line, Action, help, reference and rules are read from it. */
export interface Facts {
  name: string;
  /** What it does, as it follows its name. */
  summary: string;
  flags: readonly Flag[];
  /** Absent: none. */
  words?: Words;
  /** The first is the default. */
  formats: readonly Format[];
  /** The exit codes it can end with, beside 130. */
  exits: readonly number[];
  /** It only reads, or its every write stands by itself: an interruption ends it at once, else at the next safe point. */
  endsAtOnce: boolean;
  /** Its clusters are those of a lab on this host, which it takes down at its end: no proxy leads to them, and an interruption has to wait. */
  inLab?: true;
  strangers: Allowance;
  /** The outputs that its step of the Action sets, beside those of every command; absent: the Action does not offer it. */
  outputs?: readonly ActionOutput[];
  /** Absent: nothing. */
  github?: OnGitHub;
  /** In a job the whole document is in a file, for later steps. */
  keepsPlanFile?: true;
  /** In a job its page is in a file, for a step that keeps it. */
  keepsPage?: true;
  /** The folder of the declaration need not be there, nor in a repository, before it begins. */
  mayBeginFolder?: true;
}

/** Members that documents share, as far as the end of a run reads them. */
export interface AnyDocument {
  schemaVersion: 1;
  /** Why it stopped or failed. */
  reason?: string;
  findings?: readonly Finding[];
  clusters?: readonly Pick<PlanCluster, 'status' | 'reason' | 'name'>[];
}

/** Flags that all commands share, and the way of paths. */
export interface RunOptions extends Options {
  /** A path of the command line, relative to the declaration's folder. */
  local(path: string): string;
}

/** A command line, parsed: values of flags by name. */
export interface Invocation<Of extends Verb = Verb> {
  verb: Of;
  /** Those between the command and its flags. */
  words: readonly string[];
  text(name: string): string | undefined;
  list(name: string): string[];
  on(name: string): boolean;
  /** A positive number of a flag; throws UserError for anything else. */
  number(name: string): number;
}

/** What a command runs with. */
export interface Run {
  invocation: Invocation;
  ports: Ports;
  options: RunOptions;
  around: Surroundings;
}

/** What a command ends with. */
export interface Ended<Document extends AnyDocument, Details = undefined, Name extends string = string> {
  document: Document;
  conditions: Condition[];
  /** What its summary needs beside the document. */
  details?: Details;
  /** Outputs of the step, beside those that every command sets. */
  outputs?: Outputs<Name>;
  /** What could not be written to GitHub. */
  failures?: readonly ForgeError[];
}

/** A document in the formats of its command; JSON is the document itself. */
export interface Shown<Document extends AnyDocument, Details = undefined> {
  text(document: Document, style: Style): string;
  markdown?(document: Document): string;
  sarif?(document: Document, version: string): string;
  github?(document: Document): string;
  junit?(document: Document): string;
  prometheus?(document: Document): string;
  /** The data of its page. */
  html?(document: Document, details: Details | undefined, version: string): PageData;
  /** For the summary of a job, which has room for nearly everything; absent: it is not for a summary. */
  summary?(document: Document, details: Details | undefined): string;
}

/** The part of a command that is loaded when it runs. */
export interface Work<Document extends AnyDocument = AnyDocument, Details = unknown> {
  run(run: Run): Promise<Ended<Document, Details>>;
  shown: Shown<Document, Details>;
}

/** What a command that prints as it goes runs with: neither ports nor GitHub. */
export interface Place {
  files: Files;
  /** Name of the declaration in its folder. */
  file: string;
  /** The folder of the declaration. */
  root: string;
  signal: AbortSignal;
  /** A line of progress. */
  say(line: string): void;
  /** Results. */
  print(text: string): void;
  /** A module of the checkout that this program runs from, by its path there; undefined where there is none. */
  checkout(path: string): Promise<unknown>;
}

/** The part of a command that prints as it goes and says its own exit code. */
export interface AloneWork {
  runAlone(invocation: Invocation, place: Place): Promise<number>;
}

/** A command whose run ends with a document. */
export interface DocumentVerb extends Facts {
  work(): Promise<Work>;
}

/** A command that prints as it goes. */
export interface AloneVerb extends Facts {
  alone(): Promise<AloneWork>;
}

/** A command of the program, whole: its facts, and what loads the part that runs. */
export type Verb = DocumentVerb | AloneVerb;
