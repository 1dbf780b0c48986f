import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { State } from './model.ts';

function emptyState(): State {
  return { nextId: 1_000_001, accounts: [], tokens: [], repositories: [] };
}

/** What an earlier twin in this folder remembered. */
export async function loadState(folder: string): Promise<State> {
  try {
    return JSON.parse(await readFile(join(folder, 'state.json'), 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return emptyState();
    throw error;
  }
}

/** Writes the state to the folder in one step, one write at a time; what comes in the meantime goes into the next one. */
export class Store {
  readonly #path: string;
  readonly #state: State;
  #pending = false;
  #work: Promise<void> = Promise.resolve();

  constructor(folder: string, state: State) {
    this.#path = join(folder, 'state.json');
    this.#state = state;
  }

  /** Resolves when what is remembered now is on disk. */
  save(): Promise<void> {
    if (this.#pending) return this.#work;
    this.#pending = true;
    this.#work = this.#work.then(async () => {
      this.#pending = false;
      const half = `${this.#path}.${randomUUID()}`;
      await writeFile(half, JSON.stringify(this.#state), { mode: 0o600 }); // tokens are in it
      await rename(half, this.#path);
    });
    return this.#work;
  }
}
