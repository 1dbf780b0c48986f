import type { RepositorySettings } from '../model/repository-settings.ts';

/** Reads settings of a repository on a forge; nothing is written. `environment`: the one that an apply runs in. */
export interface SettingsReader {
  read(environment: string): Promise<RepositorySettings>;
}
