import type { Fleet } from '../src/model/fleet.ts';
import { labFault } from './faults/command.ts';
import { LabError } from './kind/commands.ts';
import { labDown } from './kind/down.ts';
import { labEnv } from './kind/print-env.ts';
import { labStatus } from './kind/status.ts';
import { labUp } from './kind/up.ts';

export interface LabRunOptions {
  fleet: Fleet;
  /** Folder of the declaration. */
  root: string;
  /** The files of the manifests folder: path → text. */
  release: Record<string, string>;
  /** Keep an audit log of each API server (`up`). */
  audit: boolean;
  /** `status` as one JSON document. */
  json: boolean;
  /** docker or podman; absent: what works on this host. */
  provider?: string;
  /** What follows the verb (`fault`). */
  words: readonly string[];
  /** The cluster of a fault; absent: the first distributed one. */
  cluster?: string;
  /** Take a fault back. */
  undo: boolean;
  /** How strong a fault is. */
  percent: number;
  bytes: number;
  signal: AbortSignal;
  /** Progress, for people. */
  log: (line: string) => void;
  /** Results. */
  out: (text: string) => void;
}

/** Runs a verb of the lab: up, down, status, env, fault. The exit code: 0 done, 1 not (the reason is logged), 130 interrupted. */
export async function runLab(verb: string, options: LabRunOptions): Promise<number> {
  try {
    switch (verb) {
      case 'up':
        await labUp(options);
        return 0;
      case 'down':
        await labDown(options);
        return 0;
      case 'status':
        options.out(await labStatus(options));
        return 0;
      case 'env':
        options.out(await labEnv(options));
        return 0;
      case 'fault':
        await labFault(options);
        return 0;
      default:
        options.log(`lab has the verbs up, down, status, env and fault, not '${verb}'`);
        return 1;
    }
  } catch (error) {
    if (options.signal.aborted) {
      options.log(`interrupted; cn2-fleet lab down removes what is there`);
      return 130;
    }
    options.log(
      error instanceof LabError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    return 1;
  }
}
