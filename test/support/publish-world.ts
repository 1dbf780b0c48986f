import { withoutSmoke } from './guide-fleet.ts';
import { type PlainGuide, startPlainGuide } from './plain-guide.ts';
import { type PublishForge, publishForge, REPOSITORY } from './publish-forge.ts';
import { type JobRequest, publishJob, type StepOptions } from './publish-job.ts';
import type { StepResult } from './runner-step.ts';

/** The guide's clusters, and its declaration without the smoke test in a repository on the twin. */
export interface PublishWorld extends AsyncDisposable {
  guide: PlainGuide;
  hub: PublishForge;
  /** Text of the declaration, as it was first. */
  declaration: string;
  /** A job on that repository with the guide's credentials: checked out anew, one step. */
  job(command: JobRequest['command'], event: JobRequest['event'], more?: Partial<JobRequest> & StepOptions): Promise<StepResult>;
}

/** Starts it: some 10 s where servers are kept. */
export async function publishWorld(): Promise<PublishWorld> {
  const guide = await startPlainGuide();
  try {
    const hub = await publishForge((text) => guide.declare(withoutSmoke(text)));
    return {
      guide,
      hub,
      declaration: await hub.file('main', 'clusters.yaml'),
      async job(command, event, more = {}) {
        const facts = { twin: hub.twin, repository: REPOSITORY, command, event, token: hub.token, secrets: guide.environment };
        using one = await publishJob({ ...facts, ...more });
        return await one.run(more);
      },
      async [Symbol.asyncDispose]() {
        await hub[Symbol.asyncDispose]();
        await guide[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await guide[Symbol.asyncDispose]();
    throw error;
  }
}
