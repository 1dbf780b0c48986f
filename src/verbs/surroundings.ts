import type { RunOrigin } from '../model/forge.ts';
import type { WorkflowName } from '../model/init.ts';
import type { Installation } from '../model/installation.ts';
import type { Stranger } from '../model/stranger.ts';
import type { Files } from '../ports/files.ts';
import type { Forge } from '../ports/forge.ts';
import type { Job } from '../ports/job.ts';
import type { Repository } from '../ports/repository.ts';
import type { SettingsReader } from '../ports/repository-settings.ts';

/** What is around a command: the job of a workflow, the repository, and GitHub where the command reads or writes it. */
export interface Surroundings {
  job: Job;
  repository: Repository;
  /** Tells the repository that this program runs from, where that is known; absent: nobody asks. */
  installation?(): Promise<Installation | undefined>;
  /** The workflows that are shipped with this program; absent: nobody asks. */
  workflows?(): Promise<Readonly<Record<WorkflowName, string>>>;
  /** The shell of HTML pages that is shipped with this program; absent: nobody asks. */
  pageShell?(): Promise<string>;
  /** Reads settings of the repository on GitHub, or says why that cannot be; sends no request before. Absent: nobody asks. */
  settings?(): Promise<SettingsReader | { untold: string }>;
  /** The files of another commit, seen from the declaration's folder. Throws RepositoryError where there is none. Absent: nobody asks. */
  past?(ref: string): Promise<{ commit: string; files: Files }>;
  /** A module of the checkout that this program runs from; undefined where there is none. Absent: nobody asks. */
  checkout?(path: string): Promise<unknown>;
  github?: { forge: Forge; origin: RunOrigin };
  /** In a job, of an apply: the forge that knows the newest approval, whether anything is published or not. */
  head?: { forge: Forge; origin: RunOrigin };
  /** The run is not the team's own: no credential is used and no cluster is asked, whatever inputs say. */
  stranger?: Stranger;
  /** The folder for files of the job; absent outside a workflow. */
  temporary?: string;
}
