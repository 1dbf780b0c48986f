import { endpointKey } from '../expectation/expect.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Endpoint, ExpectedPair } from '../model/smoke.ts';
import { UserError } from '../model/user-error.ts';

/** The paths between two ends, in both directions, as `A,B` names them: a cluster, or cluster/namespace/network. Undefined: all. */
export function pathsBetween(fleet: Fleet, pairs: readonly ExpectedPair[], asked: string | undefined): ExpectedPair[] {
  if (asked === undefined) return [...pairs];
  const [one, other, ...more] = asked.split(',').map((name) => name.trim());
  if (!one || !other || more.length > 0)
    throw new UserError(
      `--pair ${JSON.stringify(asked)}: not two ends`,
      'as in --pair cluster1/ns1/vn1,cluster2 (no space after the comma)',
    );
  const clusters = [fleet.central, ...fleet.distributed].map(({ name }) => name);
  const stranger = [one, other].find((name) => !clusters.includes(name.split('/')[0]!));
  if (stranger !== undefined)
    throw new UserError(`--pair ${stranger}: the fleet does not have this cluster`, `it has ${clusters.join(', ')}`);
  const found = pairs.filter(
    ({ source, target }) => (isIn(source, one) && isIn(target, other)) || (isIn(source, other) && isIn(target, one)),
  );
  if (found.length > 0) return found;
  const ends = [...new Set(pairs.flatMap(({ source, target }) => [endpointKey(source), endpointKey(target)]))].sort();
  throw new UserError(`--pair ${asked}: the smoke test has no path between them`, `its ends are ${ends.join(', ')}`);
}

function isIn(end: Endpoint, name: string): boolean {
  return end.cluster === name || endpointKey(end) === name;
}
