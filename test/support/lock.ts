import type { HeldLock } from '../../src/apply/held-lock.ts';
import { applyLeaseName } from '../../src/apply/lease.ts';
import { acquireLock } from '../../src/apply/lock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Progress, Reporter } from '../../src/ports/reporter.ts';

/** Takes the guide fleet's lock and fails the test when it cannot. */
export async function takeLock(
  central: Cluster,
  clock: Clock,
  options: { holder?: string; ttl?: number } = {},
): Promise<HeldLock> {
  const result = await acquireLock({
    central,
    name: applyLeaseName('guide'),
    holder: options.holder ?? 'run-1',
    ttl: options.ttl ?? 60,
    timeout: 90,
    clock,
    reporter: { progress: () => undefined },
    signal: new AbortController().signal,
  });
  if (result.status !== 'held') throw new Error(`the lock is ${result.status}`);
  return result.lock;
}

/** A reporter that remembers. */
export class MemoryReporter implements Reporter {
  readonly events: Progress[] = [];

  progress(event: Progress): void {
    this.events.push(event);
  }
}
