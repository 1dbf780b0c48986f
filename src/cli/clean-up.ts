import { cleanUpCommand } from '../commands/clean-up.ts';
import type { Options, Ports } from '../commands/context.ts';
import type { ForgeError } from '../ports/forge.ts';
import type { UnfinishedRun } from '../ports/job.ts';
import { applyPublisher } from '../publish/apply.ts';
import type { Surroundings } from '../verbs/surroundings.ts';

/** Cleans up what a killed run of this job left, and corrects where it had said that it was running. Returns what could not be corrected. */
export async function cleanUpAfter(
  run: UnfinishedRun,
  ports: Ports,
  options: Options,
  { github, job }: Surroundings,
): Promise<readonly ForgeError[]> {
  await cleanUpCommand(ports, options, run);
  let failures: readonly ForgeError[] = [];
  if (run.command === 'apply' && run.sha !== undefined && github !== undefined) {
    const origin = { ...github.origin, sha: run.sha };
    const environment = run.environment === undefined ? {} : { environment: run.environment };
    ({ failures } = await applyPublisher({ forge: github.forge, origin }, environment).cutOff(run.fleet));
  }
  await job.keep(undefined);
  return failures;
}
