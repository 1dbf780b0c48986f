import type { LimitedGroup } from '../model/abilities.ts';
import type { Plan } from '../model/plan.ts';

/** How objects of an API that lacks something are written and previewed, a sentence for each cluster and group; none for most fleets. */
export function limitTexts(plan: Plan): string[] {
  return plan.clusters.flatMap(({ name, limited = [] }) => limited.map((group) => `${name}: ${limitText(group)}`));
}

function limitText({ group, serverSideApply, dryRun }: LimitedGroup): string {
  const written = serverSideApply
    ? []
    : [
        'has no server-side apply, or keeps no record of who set what: objects are merged here and written by PUT, with what was applied in an annotation',
      ];
  const tried = dryRun ? [] : ['knows no dry-run: changes are not previewed'];
  return `the API of ${group} ${[...written, ...tried].join('; it ')}`;
}
