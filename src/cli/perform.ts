import { randomUUID } from 'node:crypto';
import { isInJob } from '../adapters/actions/job.ts';
import { lazyKubernetesConnector } from '../adapters/kubernetes/lazy-connector.ts';
import { systemClock } from '../adapters/node/clock.ts';
import { noCredentials, nodeCredentials } from '../adapters/node/credentials.ts';
import { nodeFiles } from '../adapters/node/files.ts';
import type { Ports } from '../commands/context.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import type { ForgeError } from '../ports/forge.ts';
import type { Surroundings } from '../verbs/surroundings.ts';
import type { DocumentVerb, Invocation } from '../verbs/verb.ts';
import { cleanUpAfter } from './clean-up.ts';
import { maskedCredentials, revealEnvironment } from './masked-credentials.ts';
import { runInvocation } from './run.ts';
import { rootOf, runOptionsOf } from './run-options.ts';
import { type Host, surroundingsOf } from './surroundings.ts';

/** What main.ts gives of the process. */
export type Outside = Omit<Host, 'root' | 'clock' | 'cleaningUp'>;

/** Runs a command: its document as text, and how it ended. */
export async function perform(
  invocation: Invocation<DocumentVerb>,
  outside: Outside,
  style: Style,
): Promise<{ text: string; conditions: Condition[]; failures: readonly ForgeError[] }> {
  revealEnvironment(outside.environment, outside.secrets);
  const options = runOptionsOf(invocation);
  const { around, ports } = await worldOf(invocation, outside);
  return runInvocation(invocation, ports, options, style, around);
}

/** Puts in order what a run of the job left; what could not be told to GitHub is returned. */
export async function performCleanUp(invocation: Invocation, outside: Outside): Promise<readonly ForgeError[]> {
  revealEnvironment(outside.environment, outside.secrets);
  const options = runOptionsOf(invocation);
  const { around, ports } = await worldOf(invocation, outside, true);
  // An untrusted run has begun nothing: what it left in the folder is not to be followed.
  const kept = around.stranger === undefined ? await around.job.kept() : undefined;
  return kept === undefined ? [] : cleanUpAfter(kept, ports, options, around);
}

async function worldOf(
  invocation: Invocation,
  outside: Outside,
  cleaningUp = false,
): Promise<{ around: Surroundings; ports: Ports }> {
  const { environment, secrets, reporter, signal } = outside;
  const root = rootOf(invocation);
  const around = await surroundingsOf(invocation, { ...outside, root, clock: systemClock, cleaningUp });
  // Outside a job the files are the user's own.
  const tracked = isInJob(environment) ? (path: string) => around.repository.isTracked(path) : undefined;
  const ports: Ports = {
    files: nodeFiles(root),
    // Whatever secrets a workflow passes on to it, and whatever files of this host its declaration names.
    credentials:
      around.stranger === undefined
        ? maskedCredentials(nodeCredentials(root, environment, tracked), secrets)
        : noCredentials(`this run is ${around.stranger.origin}: no credential is read`),
    connector: lazyKubernetesConnector(invocation.verb.inLab === true ? { ...environment, NO_PROXY: '*' } : environment),
    clock: systemClock,
    reporter,
    secrets,
    signal,
    runId: randomUUID().slice(0, 8),
  };
  return { around, ports };
}
