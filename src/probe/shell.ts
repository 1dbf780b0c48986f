import type { Cluster, ExecResult } from '../ports/cluster.ts';
import type { Addresses } from './addresses.ts';
import { CONTAINER } from './probe-pod.ts';

/** A probe, as far as it takes to run something in it. */
export interface Place {
  cluster: Cluster;
  namespace: string;
  pod: string;
}

export interface ShellCommand {
  command: string[];
  /** Last line of its output, which proves that nothing was cut off. */
  sentinel: string;
  /** Milliseconds after which it is abandoned. */
  deadline: number;
  /** Addresses that should answer: whatever has no routes yet waits for their replies before it begins. */
  awaited?: readonly string[];
}

/** `from`: the addresses that it was run at, where they are not the probe's. */
export type ShellResult = ExecResult & { from?: Addresses };

/** Runs a command where a probe is, by whatever means there is. */
export interface Shell {
  /**
   * Whether it runs in the probe itself: at its address, beside its counters. Else each command has a pod of its own, which costs seconds and
   * waits by itself until its routes are there.
   */
  inPlace(cluster: Cluster): boolean;
  /** Never throws: what could not be run is incomplete, with the reason. */
  run(place: Place, what: ShellCommand, signal: AbortSignal): Promise<ShellResult>;
}

/** By exec, in the probe itself. */
export const execShell: Shell = {
  inPlace: () => true,
  async run({ cluster, namespace, pod }, { command, sentinel, deadline }, signal) {
    try {
      return await cluster.exec({ namespace, pod, container: CONTAINER, command, deadline, sentinel }, signal);
    } catch (error) {
      return incomplete(error);
    }
  },
};

/** What did not come to an end, with a sentence or an error. */
export function incomplete(why: unknown): Extract<ExecResult, { status: 'incomplete' }> {
  const reason = why instanceof Error ? why.message : String(why);
  return { status: 'incomplete', reason, stdout: '', stderr: '' };
}
