import { durationOf } from '../declare/duration.ts';
import type { WorkAhead } from '../expectation/so-far.ts';
import type { Wave } from '../plan/waves.ts';
import { inLanes } from './lanes.ts';
import { checkpoint } from './run-context.ts';
import { type Sequence, sequenceOf } from './sequence.ts';
import type { Stages } from './stages.ts';
import { HaltedError } from './stop.ts';

/** The last stage whose definitions decide in which API versions the rest can be read and written. */
const DEFINES_KINDS = '20-deployer';

/**
 * The stages of the distributed clusters, wave after wave. Behind each wave of an upgrade what stands is measured, then the fleet soaks,
 * then the vRouters of the wave are looked at once more; only then the next one begins. A run that goes on after another one measures
 * what that one has left behind, too.
 */
export async function runWaves(stages: Stages, sequence: Sequence): Promise<void> {
  const { waves } = sequence;
  const upgrades = waves.some(({ type }) => type === 'upgrade');
  let unmeasured: string[] = [];
  for (const [position, { type, clusters }] of waves.entries()) {
    if (type !== 'settled' && unmeasured.length > 0) {
      await between(stages, sequence, waves.slice(position), unmeasured);
      unmeasured = [];
    }
    await inLanes(clusters, clusters.length, (name) => runCluster(stages, sequence, name, type === 'upgrade'));
    if (type === 'upgrade' || (upgrades && type === 'settled' && stages.input.unproven)) unmeasured.push(...clusters);
  }
}

async function runCluster(stages: Stages, sequence: Sequence, name: string, upgrade: boolean): Promise<void> {
  let current = sequence;
  for (const { stage } of sequence.runs.filter((run) => run.for === name)) {
    const run = current.runs.find((candidate) => candidate.for === name && candidate.stage === stage)!;
    // Of a cluster in an upgrade each gate counts: ready may mean that nobody has begun yet.
    await stages.run(run, current, upgrade || stages.input.unproven);
    if (upgrade && stage === DEFINES_KINDS) current = await plannedAgain(stages, current, name);
  }
}

/** Objects of kinds that have moved are planned again in their new version, as far as that was approved. */
async function plannedAgain(stages: Stages, sequence: Sequence, name: string): Promise<Sequence> {
  const { planAgain, fleet } = stages.input;
  if (planAgain === undefined) return sequence;
  const fresh = await planAgain(name);
  checkpoint(stages.context);
  if ('refused' in fresh) throw new HaltedError(fresh.refused, 'stopped', fresh.conditions);
  return sequenceOf(fleet, fresh.plan, fresh.desired, fresh.preconditions);
}

async function between(stages: Stages, sequence: Sequence, ahead: readonly Wave[], done: readonly string[]): Promise<void> {
  await measure(stages, sequence, ahead, done);
  const soaked = await soak(stages);
  if (soaked) for (const name of done) await stages.gate({ stage: '50-vrouter', for: name });
}

async function measure(stages: Stages, sequence: Sequence, ahead: readonly Wave[], done: readonly string[]): Promise<void> {
  const { input, context } = stages;
  if (input.measure === undefined) return;
  const step = context.journal.begin(done.join(', '), 'upgrade', 'smoke test', `smoke test behind ${done.join(', ')}`);
  const found = await input.measure(workAhead(sequence, ahead)).catch((error: unknown) => {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  });
  checkpoint(context);
  if (found === undefined) return step.end('not-run', 'the declaration has no smoke section, so nothing is measured');
  const { conditions, text } = found;
  if (conditions.length === 0) return step.end('passed', text);
  step.fail(text);
  const left = ahead.flatMap(({ clusters }) => clusters).join(', ');
  throw new HaltedError(`the smoke test behind ${done.join(', ')} is red: ${text}; ${left} was not begun`, 'failed', conditions);
}

function workAhead({ runs, deletes }: Sequence, ahead: readonly Wave[]): WorkAhead {
  const left = runs.filter(({ for: owner }) => owner === undefined).flatMap(({ groups }) => groups.flat());
  const core = new Set(['80-networks', '90-routers']);
  return {
    attaching: new Set(ahead.flatMap(({ type, clusters }) => (type === 'attach' ? clusters : []))),
    entries: new Set(left.flatMap(({ desired }) => desired?.manifest.declaredAt ?? [])),
    deletes: deletes.some(({ stage }) => core.has(stage)),
  };
}

/** As long as the declaration says; false where it says nothing. The lock is kept; an interruption ends it. */
async function soak({ context, input }: Stages): Promise<boolean> {
  const text = input.fleet.upgrade?.soak ?? '0s';
  const milliseconds = durationOf(text) ?? 0;
  if (milliseconds === 0) return false;
  const step = context.journal.begin(input.fleet.central.name, 'upgrade', 'soak', `soak for ${text}`);
  step.waiting(`${text} before the next cluster is upgraded`);
  await context.clock.sleep(milliseconds, context.signal);
  try {
    checkpoint(context);
    step.end('passed');
    return true;
  } catch (error: unknown) {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
