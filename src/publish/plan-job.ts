import type { Roots } from '../declare/roots.ts';
import { type Files, FilesError } from '../ports/files.ts';
import { planJobName } from '../setup/fleet-workflows.ts';
import { PLAN_JOB } from './proposal-check.ts';

const WORKFLOWS = '.github/workflows';

/**
 * What GitHub calls the check of the job that plans pull requests of a declaration: of several fleets in a repository each has its own.
 * The name that the checked out workflows say; the shipped one where they say none.
 * @param declaration from the top of the repository
 */
export async function planJob(
  files: Files,
  { fromDeclaration }: Pick<Roots, 'fromDeclaration'>,
  declaration: string,
): Promise<string> {
  try {
    const paths = (await files.list(fromDeclaration(WORKFLOWS))).filter((path) => /\.ya?ml$/.test(path));
    const texts = await Promise.all(paths.map((path) => files.read(path)));
    return (
      planJobName(
        texts.filter((text) => text !== undefined),
        declaration,
      ) ?? PLAN_JOB
    );
  } catch (error) {
    // A link or a file that is not text among them: the shipped name is as good a guess as any.
    if (error instanceof FilesError) return PLAN_JOB;
    throw error;
  }
}
