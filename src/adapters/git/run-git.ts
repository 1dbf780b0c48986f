import { RepositoryError } from '../../ports/repository.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * A commit can hold a folder that looks like a bare repository, with a configuration that names programs: git would take it for the
 * repository of a declaration in it (git-config, safe.bareRepository; from git 2.38).
 */
const NO_OTHER_REPOSITORY = ['-c', 'safe.bareRepository=explicit'];

/** Runs git in a folder and gives what it said, whatever its exit code. Throws RepositoryError where there is no git or no folder. */
export async function runGit(folder: string, environment: Environment, args: readonly string[]): Promise<GitResult> {
  const { getExecOutput } = await import('./exec.ts');
  // English messages, so that they can be recognized; no prompts, no lock for reading. What refs/replace of a clone says is not part of a
  // commit: git would give the content of another one under the name of this.
  const env = {
    ...environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  } as Record<string, string>;
  try {
    return await getExecOutput('git', [...NO_OTHER_REPOSITORY, ...args], {
      cwd: folder,
      env,
      silent: true,
      ignoreReturnCode: true,
    });
  } catch (error) {
    const said = String((error as { message?: unknown })?.message ?? error);
    if (/Unable to locate executable|ENOENT/.test(said)) {
      throw new RepositoryError('there is no git on this host', 'install git and run the same command again');
    }
    if (/cwd.*does not exist/.test(said))
      throw new RepositoryError(`there is no folder ${folder}`, 'check the path of the declaration');
    throw error;
  }
}

/** What git refused, as a sentence. */
export function gitFailure(folder: string, { stderr, exitCode }: GitResult): RepositoryError {
  if (/dubious ownership/.test(stderr)) {
    return new RepositoryError(
      `git does not trust the repository of ${folder}: another account owns it`,
      `git config --global --add safe.directory ${safeDirectory(stderr) ?? folder}`,
    );
  }
  if (/not a git repository/i.test(stderr)) {
    return new RepositoryError(
      `${folder} is not in a git repository`,
      'run it in a checkout; in a workflow actions/checkout comes first',
    );
  }
  if (/Needed a single revision|unknown revision|does not have any commits/.test(stderr)) {
    return new RepositoryError('the repository has no commit yet', 'commit the declaration first');
  }
  const line = stderr.split('\n').find((each) => each.trim() !== '') ?? `exit code ${exitCode}`;
  return new RepositoryError(`git failed: ${line.replace(/\p{C}/gu, ' ').trim()}`, 'run `git status` in the same folder');
}

function safeDirectory(stderr: string): string | undefined {
  return /--add safe\.directory (\S+)/.exec(stderr)?.[1];
}
