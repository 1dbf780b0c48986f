import type { Cluster, ExecResult } from '../ports/cluster.ts';
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
}

/** Runs a command where a probe is, by whatever means there is. Never throws: what could not be run is incomplete, with the reason. */
export interface Shell {
  run(place: Place, what: ShellCommand, signal: AbortSignal): Promise<ExecResult>;
}

/** By exec, in the probe itself. */
export const execShell: Shell = {
  async run({ cluster, namespace, pod }, { command, sentinel, deadline }, signal) {
    try {
      return await cluster.exec({ namespace, pod, container: CONTAINER, command, deadline, sentinel }, signal);
    } catch (error) {
      return { status: 'incomplete', reason: error instanceof Error ? error.message : String(error), stdout: '', stderr: '' };
    }
  },
};
