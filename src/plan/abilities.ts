import { type Abilities, ALL_ABILITIES, type LimitedGroup } from '../model/abilities.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { PlanCluster } from '../model/plan.ts';

/** What a group of a cluster can do: what is not named lacks nothing. */
export function abilitiesOf(limited: readonly LimitedGroup[] | undefined, group: string): Abilities {
  return limited?.find((each) => each.group === group) ?? ALL_ABILITIES;
}

/**
 * Why changes would be carried out in another way than was approved, a sentence for each group of the changes whose API can do something
 * else than it could: what was shown (a dry-run of the server, or our own merge) is then not what would be done.
 */
export function abilityTexts(
  now: Pick<PlanCluster, 'name' | 'changes' | 'limited'>,
  approved: Pick<PlanCluster, 'limited'> | undefined,
): string[] {
  const groups = [...new Set(now.changes.map(({ apiVersion }) => groupOf(apiVersion)))].sort();
  return groups.flatMap((group) => {
    const [before, after] = [abilitiesOf(approved?.limited, group), abilitiesOf(now.limited, group)];
    if (before.serverSideApply === after.serverSideApply && before.dryRun === after.dryRun) return [];
    return [
      `${now.name}: the API of ${group} has changed since the plan was approved: then ${spelled(before)}, now ${spelled(after)}`,
    ];
  });
}

function spelled({ serverSideApply, dryRun }: Abilities): string {
  return `${serverSideApply ? 'with' : 'without'} server-side apply, ${dryRun ? 'with' : 'without'} dry-run`;
}
