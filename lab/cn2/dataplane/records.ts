import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttachedInterface, Sandbox } from './sandbox.ts';

/** A pod that this node has given a network. */
export interface PodRecord extends Sandbox {
  namespace: string;
  name: string;
  uid: string;
  interfaces: AttachedInterface[];
}

/**
 * What is attached on this node, in memory and as one file per sandbox, so that a restarted agent knows it before it has
 * spoken to any API. The files lie on a tmpfs: they end with the node, as its sandboxes do.
 */
export class PodRecords {
  readonly #folder: string;
  readonly #records = new Map<string, PodRecord>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what an earlier agent wrote; sandboxes whose network namespace is gone are given back in `gone` and forgotten. */
  static async open(folder: string): Promise<{ records: PodRecords; gone: PodRecord[] }> {
    await mkdir(folder, { recursive: true });
    const records = new PodRecords(folder);
    const gone: PodRecord[] = [];
    for (const file of (await readdir(folder)).filter((name) => name.endsWith('.json'))) {
      const record = await readRecord(join(folder, file));
      if (record !== undefined && (await stat(record.netns).catch(() => undefined))) {
        records.#records.set(record.containerId, record);
        continue;
      }
      if (record !== undefined) gone.push(record);
      await rm(join(folder, file), { force: true });
    }
    return { records, gone };
  }

  all(): PodRecord[] {
    return [...this.#records.values()];
  }

  get(containerId: string): PodRecord | undefined {
    return this.#records.get(containerId);
  }

  /** Every address in use on this node. */
  addresses(): string[] {
    return this.all().flatMap((record) => record.interfaces.flatMap((one) => one.addresses));
  }

  async put(record: PodRecord): Promise<void> {
    this.#records.set(record.containerId, record);
    const path = this.#path(record.containerId);
    await writeFile(`${path}.new`, JSON.stringify(record));
    await rename(`${path}.new`, path);
  }

  async remove(containerId: string): Promise<void> {
    this.#records.delete(containerId);
    await rm(this.#path(containerId), { force: true });
  }

  #path(containerId: string): string {
    return join(this.#folder, `${containerId}.json`);
  }
}

/** A file that was cut off (a full disk) is not a record. */
async function readRecord(path: string): Promise<PodRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PodRecord;
  } catch {
    return undefined;
  }
}
