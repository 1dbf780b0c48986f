import { existsSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { Repository } from '../../ports/repository.ts';
import { gitRepository } from './repository.ts';
import type { Environment } from './run-git.ts';

/** The git repository that a folder will be in once it is created: that of its nearest existing parent. */
export function repositoryToBe(folder: string, environment: Environment): Repository {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  const repository = gitRepository(there, environment);
  if (there === folder) return repository;
  const further = relative(there, folder).split(sep).join('/');
  return { ...repository, prefix: async () => `${await repository.prefix()}${further}/` };
}
