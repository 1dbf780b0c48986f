import { readLeaseState } from '../apply/applied.ts';
import { compared, isRegression } from '../expectation/compare.ts';
import { expect } from '../expectation/expect.ts';
import { keep } from '../expectation/keep.ts';
import { smokeConditions } from '../expectation/smoke-document.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { type Cluster, ClusterError } from '../ports/cluster.ts';
import { redact } from '../report/redact.ts';
import type { Redactor } from '../report/redactor.ts';
import { type Kept, loadKept, storeKept } from './kept-matrix.ts';
import type { RunPorts } from './run-ports.ts';
import { type SmokeTestInput, smokeTest } from './smoke-test.ts';

export interface ComparedInput extends SmokeTestInput {
  /** What no output may show, and no cluster keep. */
  secrets: Redactor;
  /** Digest of the plan that an apply carries out. Absent: no apply; whether one is open is asked then. */
  change?: string;
  /** Whether the next run is compared with this one: not where a part of the fleet is still ahead. */
  keeps: boolean;
  /** What fails: whatever is not as declared, or only what has broken since the last run. */
  fails: 'broken' | 'regressions';
}

/** The smoke test, compared with what the central cluster has kept of earlier ones, and kept there for later ones. */
export async function comparedSmokeTest(
  ports: RunPorts,
  input: ComparedInput,
): Promise<{ document: SmokeDocument; conditions: Condition[] } | undefined> {
  const { fleet, clusters, secrets, keeps, fails } = input;
  const central = clusters.get(fleet.central.name);
  const [test, kept, open] = await Promise.all([
    smokeTest(ports, input),
    central === undefined ? undefined : loadKept(central, fleet.metadata.name),
    input.change ?? (central === undefined ? undefined : openChange(central, fleet.metadata.name)),
  ]);
  if (test === undefined) return undefined;
  if (kept !== undefined) sayUnused(ports, kept);
  const change = open instanceof ClusterError ? undefined : open;
  const document = compared(test.document, kept?.status === 'kept' ? kept.matrix : undefined, change);
  if (central !== undefined && kept !== undefined && keeps && !ports.signal.aborted) {
    const why =
      open instanceof ClusterError ? open.message : await keepOf(ports, central, kept, redact(document, secrets), input, change);
    if (why !== undefined)
      ports.reporter.progress({ type: 'note', text: `the next smoke test is not compared with this one: ${why}` });
  }
  return { document, conditions: fails === 'broken' ? test.conditions : regressionConditions(document) };
}

/** smoke-failed only for what has broken since the last run: the rest was so before. */
function regressionConditions(document: SmokeDocument): Condition[] {
  return smokeConditions(document).filter((condition) => condition !== 'smoke-failed' || document.pairs.some(isRegression));
}

/** Digest of the plan that an apply has begun and not proven; why that cannot be told. */
async function openChange(central: Cluster, fleet: string): Promise<string | undefined | ClusterError> {
  try {
    return (await readLeaseState(central, fleet)).unproven;
  } catch (error) {
    if (error instanceof ClusterError) return error;
    throw error;
  }
}

function sayUnused({ reporter }: RunPorts, kept: Kept): void {
  if (kept.status !== 'unusable' && kept.status !== 'unreadable') return;
  reporter.progress({
    type: kept.status === 'unusable' ? 'warning' : 'note',
    text: `${kept.reason}; so this smoke test is compared with none, and what is broken counts as newly broken`,
  });
}

/** Why it could not be kept; undefined: it was. */
async function keepOf(
  { clock, runId, signal }: RunPorts,
  central: Cluster,
  kept: Kept,
  { pairs }: SmokeDocument,
  { fleet }: ComparedInput,
  open: string | undefined,
): Promise<string | undefined> {
  if (kept.status === 'unreadable') return kept.reason;
  const at = new Date(clock.now()).toISOString();
  const run = {
    fleet: fleet.metadata.name,
    central: kept.central,
    at,
    runId,
    pairs,
    declared: expect(fleet),
    ...present({ open }),
  };
  return storeKept(central, fleet.metadata.name, { uid: kept.central, clock, signal }, (before) => keep(before, run));
}
