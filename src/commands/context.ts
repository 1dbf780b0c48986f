import type { Fleet } from '../model/fleet.ts';
import { UserError } from '../model/user-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connector } from '../ports/cluster.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Files } from '../ports/files.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Redactor } from '../report/redactor.ts';

/** The outside world of a command. */
export interface Ports {
  /** Rooted in the folder of the declaration. */
  files: Files;
  credentials: Credentials;
  connector: Connector;
  clock: Clock;
  reporter: Reporter;
  /** What no output may show; grows while the command runs. */
  secrets: Redactor;
  /** Aborts on the first SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** A name no other run has: marks what the run makes. */
  runId: string;
}

/** Flags that all commands share. */
export interface Options {
  /** Name of the declaration in its folder. */
  file: string;
  /** The declaration as the user wrote it: what findings call it. */
  shownFile: string;
  /** What stands before a path of the declaration's folder so that it leads there from where the user is; '' or ends with '/'. */
  shownFolder: string;
  /** The rendered folder, relative to the declaration's folder. */
  rendered: string;
  /** Owners in scope; empty: all. */
  only: readonly string[];
  /** Clusters that are read at the same time. */
  concurrency: number;
  /** Of this program: stands in what it renders for approval. */
  version: string;
}

/** A name that --only gives and the fleet does not have would narrow the scope to nothing: the user's error. */
export function checkScope(fleet: Fleet, only: readonly string[]): void {
  const names = [fleet.central.name, ...fleet.distributed.map(({ name }) => name)];
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UserError(`--only ${unknown}: the fleet has no such cluster`, `clusters are ${names.join(', ')}`);
}
