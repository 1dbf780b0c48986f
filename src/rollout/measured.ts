import type { Measured } from '../apply/execute-plan.ts';
import { isRegression } from '../expectation/compare.ts';
import { isFailed, isUnjudged } from '../expectation/smoke-document.ts';
import { fleetSoFar, type WorkAhead } from '../expectation/so-far.ts';
import type { PairVerdict, SmokeDocument } from '../model/smoke.ts';
import { unconnectedIn } from '../survey/session.ts';
import { type ComparedInput, comparedSmokeTest } from './compared-smoke-test.ts';
import type { Run } from './run.ts';

/** So many paths are named; the document has all of them. */
const MOST_NAMED = 5;

/** The smoke test of what stands while something is still ahead; undefined where the fleet declares none. */
export async function measured(
  { ports, fleet, session, scope, approved }: Pick<Run, 'ports' | 'fleet' | 'session' | 'scope' | 'approved'>,
  fails: ComparedInput['fails'],
  ahead: WorkAhead,
): Promise<(Measured & { smoke: SmokeDocument }) | undefined> {
  const smoke = await comparedSmokeTest(ports, {
    ...{
      fleet: fleetSoFar(fleet, ahead),
      clusters: session.clusters,
      scope,
      secrets: session.secrets,
      unconnected: unconnectedIn(session),
    },
    ...{ change: approved.digest, keeps: false, fails },
  });
  if (smoke === undefined) return undefined;
  const { document, conditions } = smoke;
  return { conditions, text: textOf(document, fails), smoke: document };
}

function textOf({ pairs }: SmokeDocument, fails: ComparedInput['fails']): string {
  const failed = pairs.filter(({ verdict }) => isFailed(verdict));
  const bad = fails === 'broken' ? failed : failed.filter(isRegression);
  const wrong = bad.length > 0 ? bad : pairs.filter(({ verdict }) => isUnjudged(verdict));
  if (wrong.length === 0 && failed.length === 0) return `${pairs.length} paths are as declared`;
  if (wrong.length === 0) return `${failed.length} of ${pairs.length} paths are broken, and were before`;
  const named = wrong.slice(0, MOST_NAMED).map(pathText).join(', ');
  const more = wrong.length - MOST_NAMED;
  return `${named}${more > 0 ? ` and ${more} more` : ''}`;
}

function pathText({ source, target, family, verdict }: PairVerdict): string {
  return `${source.cluster} ${source.network} to ${target.cluster} ${target.network} (${family}) is ${verdict}`;
}
