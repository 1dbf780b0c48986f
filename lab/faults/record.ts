import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../binaries/replace-file.ts';
import type { Act } from './fault.ts';

/** A fault that was begun in a lab and not undone. */
export interface FaultInForce {
  name: string;
  cluster: string;
  /** RFC 3339, UTC. */
  at: string;
  /** In the order in which they are done; whether all were is not known. */
  acts: Act[];
}

/** The faults of a lab, the oldest first. */
export async function readFaults(folder: string): Promise<FaultInForce[]> {
  try {
    return (JSON.parse(await readFile(recordPath(folder), 'utf8')) as { faults: FaultInForce[] }).faults;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Replaces the record in one step. */
export async function writeFaults(folder: string, faults: readonly FaultInForce[]): Promise<void> {
  if (faults.length === 0) await rm(recordPath(folder), { force: true });
  else await replaceFile(recordPath(folder), `${JSON.stringify({ schemaVersion: 1, faults }, undefined, 2)}\n`);
}

function recordPath(folder: string): string {
  return join(folder, 'faults.json');
}
