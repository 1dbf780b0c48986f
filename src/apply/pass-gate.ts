import type { Gate } from '../cn2/gate.ts';
import { LEFT_BEHIND } from '../model/apply.ts';
import { pass, type RunContext } from './run-context.ts';
import { GateError } from './stop.ts';

/** The central cluster's health is a precondition and nothing that this run has set in motion: it is not waited for long. */
const PREFLIGHT_MS = 60_000;

/** Waits for a gate, as a step of the journal; `object` is what the step is called. */
export async function passGate(context: RunContext, gate: Gate | undefined, object = 'gate'): Promise<void> {
  if (gate === undefined) return;
  const step = context.journal.begin(gate.cluster, gate.stage, object, object);
  const timeout = gate.stage === '00-preflight' ? Math.min(PREFLIGHT_MS, context.gateTimeout) : context.gateTimeout;
  try {
    await pass(context, gate, step, timeout);
    step.end('passed');
  } catch (error: unknown) {
    step.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** The same for what may never come: after `timeout` milliseconds the run goes on, and the journal says what was still missing. */
export async function passOrLeave(context: RunContext, gate: Gate, object: string, timeout: number): Promise<void> {
  const step = context.journal.begin(gate.cluster, gate.stage, object, object);
  try {
    await pass(context, gate, step, timeout);
    step.end('passed');
  } catch (error: unknown) {
    if (!(error instanceof GateError)) {
      step.fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
    step.end(LEFT_BEHIND, error.message);
  }
}
