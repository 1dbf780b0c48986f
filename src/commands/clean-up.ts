import { applyLeaseName, smokeLeaseName } from '../apply/lease.ts';
import { clearLockOf } from '../apply/lock.ts';
import { checkoutOf } from '../checkout/checkout.ts';
import { loadCommitted } from '../checkout/committed.ts';
import { ClusterError } from '../ports/cluster.ts';
import type { UnfinishedRun } from '../ports/job.ts';
import { removeOfRun } from '../probe/janitor.ts';
import { openClusters } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';

/**
 * Puts in order what a run of this job left that was killed: gives its lock back and removes its probes, on every cluster that
 * answers. Says what it did, and what it could not do; none of it stops the rest.
 */
export async function cleanUpCommand(ports: Ports, options: Options, run: UnfinishedRun): Promise<void> {
  const say = (type: 'note' | 'warning', text: string) => ports.reporter.progress({ type, text });
  const { rendered } = await loadCommitted(checkoutOf(ports.files, { ...options, only: [] }));
  if (rendered === undefined) return say('warning', 'rendered/ cannot be read: the lock of the killed run expires by itself');
  const { fleet } = rendered.tree;
  await using session = await openClusters(ports, fleet, rendered.scope);
  await Promise.all(
    [...session.clusters].map(async ([name, cluster]) => {
      try {
        for (const gone of await removeOfRun(cluster, fleet, run.runId))
          say('note', `${name}: removed ${gone} of the killed run`);
        if (name !== fleet.central.name) return;
        const lease = run.command === 'smoke' ? smokeLeaseName(fleet.metadata.name) : applyLeaseName(fleet.metadata.name);
        if (await clearLockOf(cluster, lease, run.runId)) say('note', `${name}: released the lock of the killed run`);
      } catch (error) {
        if (!(error instanceof ClusterError)) throw error;
        say('warning', `${error.message}; what the killed run left there expires by itself`);
      }
    }),
  );
}
