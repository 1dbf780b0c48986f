import type { NextStep } from './next-step.ts';

/** The workflows that a repository of a fleet has, in the order in which a change meets them. */
export const WORKFLOWS = ['plan', 'propose', 'apply', 'drift'] as const;

export type WorkflowName = (typeof WORKFLOWS)[number];

/** A credential that workflows must pass on, and what it is for. */
export interface NeededCredential {
  /** Environment variable or file that the declaration names. */
  name: string;
  /** The secret of the repository that fills the variable; absent for a file. */
  secret?: string;
  /** What it is, e.g. "kubeconfig of cluster1". */
  for: string[];
}

/** What `init --format json` prints. Paths are from the top of the repository. */
export interface InitDocument {
  schemaVersion: 1;
  declaration: string;
  written: string[];
  /** Files that are as init would write them. */
  unchanged: string[];
  /** Workflows that nobody had adapted: they are as init writes them now. */
  updated: string[];
  /** Workflows under a former name of the fleet that nobody had adapted. */
  removed: string[];
  /** Workflows that were adapted and lack nothing: left alone. */
  adapted: string[];
  /** Workflows that were adapted and have been given the credentials that they lacked. */
  completed: { path: string; added: string[] }[];
  /** Files that lack credentials and could not be given them: left alone. */
  differing: {
    path: string;
    /** Variables of credentials that init would pass on and this file does not mention. */
    lacks: string[];
  }[];
  /** From adapted workflows to what init would write, where that is no longer what they were adapted from. */
  diffs: {
    path: string;
    /** As `diff -u` writes it, without the names of the files. */
    diff: string;
  }[];
  credentials: NeededCredential[];
  /** What is left to do by hand, in order. */
  next: NextStep[];
}
