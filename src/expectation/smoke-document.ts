import type { Fleet } from '../model/fleet.ts';
import type { Condition } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type {
  Expected,
  ExpectedPair,
  MeansOfCluster,
  MeasuredPair,
  SmokeDocument,
  SourceProof,
  VerdictWord,
} from '../model/smoke.ts';
import { endpointKey, pairKey } from './expect.ts';
import { judge, type Proofs } from './verdict.ts';

/** The result of probing: raw observations, and the checks that make silence count. */
export interface Observations {
  measured: readonly MeasuredPair[];
  proofs: readonly SourceProof[];
  leftovers?: readonly string[];
  means?: readonly MeansOfCluster[];
  /** Namespace contrail of the central cluster is marked as emulated. */
  emulated: boolean;
}

/** Joins expectations and observations to the document of a smoke test, in the order of the expected pairs. */
export function smokeDocument(fleet: Fleet, expected: Expected, observations: Observations): SmokeDocument {
  const measured = new Map(observations.measured.map((pair) => [pairKey(pair), pair]));
  const proofs = new Map(observations.proofs.map((proof) => [`${endpointKey(proof.source)} ${proof.family}`, proof]));
  const thresholds = fleet.smoke?.thresholds ?? { lossPercent: 0, rttP95Ms: Number.POSITIVE_INFINITY };
  const { leftovers = [], means = [] } = observations;
  const replied = observations.measured.filter(
    ({ measurement }) => measurement.status === 'measured' && measurement.received > 0,
  );
  const answered = new Set(replied.map(({ source, family }) => `${endpointKey(source)} ${family}`));
  const heard = new Set(replied.map(({ target, family }) => `${endpointKey(target)} ${family}`));
  const proofsOf = ({ source, target, family }: ExpectedPair): Proofs => {
    const [from, to] = [`${endpointKey(source)} ${family}`, `${endpointKey(target)} ${family}`];
    return {
      source: { proof: proofs.get(from), seen: answered.has(from) },
      target: { proof: proofs.get(to), seen: heard.has(to) },
    };
  };
  return {
    schemaVersion: 1,
    fleet: fleet.metadata.name,
    emulated: observations.emulated,
    ...(leftovers.length > 0 ? { leftovers: [...leftovers] } : {}),
    ...(means.length > 0 ? { means: [...means] } : {}),
    pairs: expected.pairs.map((pair) => {
      const { measurement, lost, tcp, mtu } = measured.get(pairKey(pair)) ?? {};
      const verdict = judge(pair, measurement, proofsOf(pair), thresholds, tcp);
      return { ...verdict, ...present({ lost: verdict.verdict === 'unreachable' ? lost : undefined, mtu }) };
    }),
  };
}

const FAILED: ReadonlySet<VerdictWord> = new Set(['unreachable', 'degraded', 'unexpectedly-reachable']);
const UNJUDGED: ReadonlySet<VerdictWord> = new Set(['inconclusive', 'not-run']);

/** Whether a verdict says that a path is not as declared. */
export function isFailed(verdict: VerdictWord): boolean {
  return FAILED.has(verdict);
}

/** Whether a verdict says that nothing is known about a path. */
export function isUnjudged(verdict: VerdictWord): boolean {
  return UNJUDGED.has(verdict);
}

/** smoke-failed: a path is not as declared. unknown-cluster: a path could not be judged. Leftovers do not make a result red. */
export function smokeConditions(document: SmokeDocument): Condition[] {
  const conditions: Condition[] = [];
  if (document.pairs.some((pair) => isFailed(pair.verdict))) conditions.push('smoke-failed');
  if (document.pairs.some((pair) => isUnjudged(pair.verdict))) conditions.push('unknown-cluster');
  return conditions;
}
