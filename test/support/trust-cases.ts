import { exitCode } from '../../src/cli/exit.ts';
import type { Condition } from '../../src/model/outcome.ts';
import { toldFailure } from '../../src/verbs/failure.ts';
import { toggled } from './trust-fleet.ts';
import type { ApplyRequest, TrustWorld } from './trust-world.ts';

/** What a user sees of a run's end. */
export interface SeenEnd {
  code: number;
  /** Outcome and reason, or the message. */
  text: string;
  /** Requests that changed something on a cluster, those of the lock too. */
  writes: number;
}

/** Applies a commit (default: the head of main) in a job, and says how that ended. */
export async function applied(world: TrustWorld, request: Partial<ApplyRequest> = {}): Promise<SeenEnd> {
  const before = written(world);
  const ending = await world.apply({ sha: world.hub.main.sha, job: true, ...request });
  world.oracle.mustBeWhole();
  const writes = written(world) - before;
  if ('error' in ending) return { ...told(ending.error), writes };
  const { document, conditions } = ending.result;
  return { code: exitCode(conditions), text: `${document.outcome}: ${document.reason ?? ''}`, writes };
}

/** Proposes what is at the head of main; `how` is what became of the pull request, or the message with what to do. */
export async function proposes(world: TrustWorld): Promise<{ code: number; how: string; text: string }> {
  try {
    const { operation, conditions, findings } = await world.propose();
    return { code: exitCode(conditions), how: operation, text: findings.join('; ') };
  } catch (error) {
    return { ...told(error), how: 'failed' };
  }
}

/** Declares something else, proposes and merges it; gives the commit that is to be applied. */
export async function approve(world: TrustWorld, what: Parameters<typeof toggled>[1] = 'connection'): Promise<string> {
  declare(world, what);
  const { number } = await world.propose();
  if (!world.hub.mergePull(number ?? 0, 'merge')) throw new Error('the proposal cannot be merged');
  return world.hub.main.sha;
}

export function declare({ hub }: TrustWorld, what: Parameters<typeof toggled>[1]): void {
  hub.push('main', toggled(hub.main.files, what), 'declare');
}

/** Names of the routers on the central cluster: they come and go with the connection. */
export function routers({ cn2 }: TrustWorld): string[] {
  const found = cn2.central.all().filter(({ kind }) => kind === 'VirtualNetworkRouter');
  return found.map(({ metadata }) => metadata.name).sort();
}

/** What the Lease says of the last apply. */
export function record({ cn2 }: TrustWorld): unknown {
  const text = cn2.central.peek('Lease', 'contrail', 'cn2-fleet-guide')?.metadata.annotations?.['cn2-fleet/applied'];
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes another record of the last apply. */
export function setRecord({ cn2 }: TrustWorld, text: string): void {
  const lease = cn2.central.peek('Lease', 'contrail', 'cn2-fleet-guide');
  if (lease === undefined) throw new Error('there is no Lease');
  const annotations = { ...lease.metadata.annotations, 'cn2-fleet/applied': text };
  cn2.central.put({ ...lease, metadata: { ...lease.metadata, annotations } }, 'somebody');
}

function told(error: unknown): { code: number; text: string } {
  const { condition, message, hint, internal } = toldFailure(error);
  if (internal) throw error;
  return { code: exitCode([condition as Condition]), text: `${message}${hint === undefined ? '' : `; ${hint}`}` };
}

function written({ cn2 }: TrustWorld): number {
  return [...cn2.clusters.values()].reduce((sum, cluster) => sum + cluster.writes().length, 0);
}
