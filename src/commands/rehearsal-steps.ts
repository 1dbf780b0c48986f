import type { ApplyDocument } from '../model/apply.ts';
import type { Finding } from '../model/finding.ts';
import type { Condition } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { present } from '../model/present.ts';
import type { Continuity } from '../model/rehearse.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import type { WatchedPaths } from '../rehearsal/watched-paths.ts';
import { PLAN_FILE } from '../render/tree.ts';
import { applyCommand } from './apply.ts';
import type { Options, Ports } from './context.ts';
import { planCommand } from './plan.ts';
import { renderCommand } from './render.ts';
import { smokeCommand } from './smoke.ts';

/** Nobody else writes to a lab, and what does not come up in these seconds does not come up. */
const LOCK = { lockTtl: 60, lockTimeout: 5 };
const GATE_TIMEOUT = 240;

/** A declaration that was carried out, as far as it came. */
export interface Carried {
  plan?: Plan;
  apply?: Omit<ApplyDocument, 'smoke'>;
  continuity?: Continuity;
  smoke?: SmokeDocument;
  findings: Finding[];
  /** Empty: all of it went well. What a lab cannot have (a plan that nobody approved, another run) is a failure. */
  conditions: Condition[];
  reason?: string;
}

/** What remains of the conditions of commands in a lab: a broken rule, a red path, a failure. */
function inLab(conditions: readonly Condition[]): Condition[] {
  // An interruption is a failure like any other: nothing that was found until then is all of it.
  const kept = conditions.filter((condition) => condition !== 'changes');
  const red = kept.includes('smoke-failed');
  return [
    ...new Set(
      kept.flatMap((condition): Condition[] => {
        if (condition === 'rule-broken' || condition === 'smoke-failed') return [condition];
        // A path that could not be judged beside one that is red adds nothing.
        return condition === 'unknown-cluster' && red ? [] : ['failed'];
      }),
    ),
  ];
}

/**
 * Renders a declaration, plans it, applies that plan and measures, as its people do: the commands are the very same. `watch`: what goes on
 * along the paths from before the first write to the end of the measurement.
 */
export async function carryOut(ports: Ports, options: Options, watch?: () => Promise<WatchedPaths>): Promise<Carried> {
  const rendered = await renderCommand(ports, { ...options, check: false });
  if (rendered.conditions.length > 0)
    return { findings: rendered.document.findings, conditions: inLab(rendered.conditions), reason: 'it could not be rendered' };
  const file = `${options.rendered}/${PLAN_FILE}`;
  const { document: planned, conditions: doubts } = await planCommand(ports, { ...options, offline: false, out: file });
  const { findings, ...plan } = planned;
  const refused = inLab(doubts);
  if (refused.length > 0) return { plan, findings, conditions: refused, reason: whyNotPlanned(planned) };
  await using paths = await watch?.();
  const applied = await applyCommand(ports, { ...options, ...LOCK, plan: file, gateTimeout: GATE_TIMEOUT });
  const { smoke: measured, findings: more, ...apply } = applied.document;
  const all = [...findings, ...more.filter(({ message }) => !findings.some((finding) => finding.message === message))];
  const conditions = [...applied.conditions];
  let smoke = measured;
  // Where there is nothing to apply, nothing is measured after it.
  if (smoke === undefined && conditions.length === 0) {
    const alone = await smokeCommand(ports, { ...options, ...LOCK });
    smoke = alone.document;
    conditions.push(...alone.conditions);
  }
  const continuity = await paths?.end(plan);
  const remaining = inLab(conditions);
  const unjudged = remaining.includes('failed') && apply.outcome === 'done' ? 'some paths could not be judged' : undefined;
  return {
    plan,
    apply,
    findings: all,
    conditions: remaining,
    ...present({ continuity, smoke, reason: apply.reason ?? unjudged }),
  };
}

function whyNotPlanned({ clusters, findings }: Plan & { findings: readonly Finding[] }): string {
  const unknown = clusters.find(({ status }) => status === 'unknown');
  const error = findings.find(({ severity }) => severity === 'error');
  return `it could not be planned: ${error?.message ?? unknown?.reason ?? 'see the findings'}`;
}
