import { repositoryFolder } from './git/repository-folder.ts';
import { type Git, gitIn } from './git/run.ts';
import { createHappenings, type Happenings } from './happenings.ts';
import { Lanes } from './state/lanes.ts';
import type { Repository, State } from './state/model.ts';

export interface Addresses {
  /** Pages and git, as github.com. */
  web: string;
  api: string;
  graphql: string;
}

/** What every part of the twin works with: what it remembers, where it is, what time it is. */
export interface Hub {
  readonly state: State;
  readonly folder: string;
  readonly addresses: Addresses;
  readonly happenings: Happenings;
  /** ISO 8601 in seconds, as GitHub writes times. */
  now(): string;
  nextId(): number;
  git(repository: Repository): Git;
  /** Runs work that changes a repository: one at a time for it and its forks. */
  exclusive<T>(repository: Repository, work: () => Promise<T>): Promise<T>;
}

export function createHub(state: State, folder: string, addresses: Addresses, clock: () => Date): Hub {
  const lanes = new Lanes();
  return {
    state,
    folder,
    addresses,
    happenings: createHappenings(),
    now: () => `${clock().toISOString().slice(0, 19)}Z`,
    nextId: () => state.nextId++,
    git: (repository) => gitIn(repositoryFolder(folder, fullName(repository))),
    exclusive: (repository, work) => lanes.run(repository.forkOf ?? fullName(repository), work),
  };
}

export function fullName(repository: Repository): string {
  return `${repository.owner}/${repository.name}`;
}

/** A repository by owner/name; upper and lower case are the same, as on GitHub. */
export function findRepository(state: State, name: string): Repository | undefined {
  return state.repositories.find((repository) => fullName(repository).toLowerCase() === name.toLowerCase());
}

/** A repository that must be there; throws for a program's error, not for a client's. */
export function repositoryOf(state: State, name: string): Repository {
  const repository = findRepository(state, name);
  if (repository === undefined) throw new Error(`the twin has no repository ${name}`);
  return repository;
}
