import { stat } from 'node:fs/promises';
import type { Job } from '../../ports/job.ts';
import { keptRun } from './kept-run.ts';
import { workflowCommand } from './workflow-command.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The runner drops the whole summary of a step that is larger. */
const LARGEST_SUMMARY = 1024 * 1024;
/** All outputs of a job together may have 1 MiB, counted as UTF-16. */
const LONGEST_OUTPUT = 512 * 1024;
/** Shorter lines of a secret are common words: masking them everywhere would garble the log without hiding anything. */
const SHORTEST_SECRET = 6;

/** Outside a workflow: nothing has an effect. */
export const noJob: Job = {
  output() {},
  async summary() {},
  mask() {},
  notice() {},
  async keep() {},
  kept: async () => undefined,
};

/** True inside a job of GitHub Actions. */
export function isInJob(environment: Environment): boolean {
  return environment['GITHUB_ACTIONS'] === 'true';
}

/**
 * The job that this process is a step of; outside a workflow one that does nothing. `write` takes workflow commands to stderr: the
 * runner reads them from both streams, and stdout is the document. Outputs and summary go where the process's own environment says.
 */
export async function actionsJob(environment: Environment, write: (text: string) => void): Promise<Job> {
  if (!isInJob(environment)) return noJob;
  const { setOutput, summary } = await import('./toolkit.ts');
  const run = environment['RUNNER_TEMP'] ? keptRun(environment['RUNNER_TEMP']) : noJob;
  const notice: Job['notice'] = (level, text) => write(workflowCommand(level, text));
  return {
    notice,
    output(name, value) {
      if (!environment['GITHUB_OUTPUT']) return;
      if (value.length > LONGEST_OUTPUT)
        return notice('warning', `the output ${name} is longer than GitHub accepts: it is left out`);
      setOutput(name, value);
    },
    async summary(markdown) {
      const file = environment['GITHUB_STEP_SUMMARY'];
      if (!file) return;
      const there = await stat(file).then(
        ({ size }) => size,
        () => 0,
      );
      if (there + Buffer.byteLength(markdown) + 1 > LARGEST_SUMMARY) {
        return notice(
          'warning',
          'the summary of this step is larger than the 1 MiB that GitHub accepts: a part of it is left out',
        );
      }
      await summary.addRaw(markdown, true).write();
    },
    mask(secret) {
      for (const line of secret.split(/[\r\n]+/)) {
        if (line.trim().length >= SHORTEST_SECRET) write(workflowCommand('add-mask', line.trim()));
      }
    },
    keep: run.keep,
    kept: run.kept,
  };
}
