import { goneGate } from '../cn2/gate-gone.ts';
import { attachGate, fleetGate } from '../cn2/gates.ts';
import { successGate } from '../cn2/gates-fleet.ts';
import type { Fleet } from '../model/fleet.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { Manifest, StageId } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import { carryOut } from './carry-out.ts';
import type { ExecuteInput } from './execute-plan.ts';
import { inLanes, WRITE_LANES } from './lanes.ts';
import { passGate } from './pass-gate.ts';
import type { RunContext } from './run-context.ts';
import type { DeleteRun, Sequence, StageRun, Task } from './sequence.ts';

/** What the run is about. */
interface Part {
  fleet: Fleet;
  manifests: readonly Manifest[];
}

/** Carries stages out, each with its gate behind it. */
export class Stages {
  readonly context: RunContext;
  readonly input: ExecuteInput;
  readonly #part: Part;
  #preflight = false;

  constructor(context: RunContext, input: ExecuteInput, part: Part) {
    this.context = context;
    this.input = input;
    this.#part = part;
  }

  /** One stage of one cluster or of the fleet, where it or something later of it has anything to do, or (`always`) in any case. */
  async run(run: StageRun, sequence: Sequence, always = this.input.unproven): Promise<void> {
    if (!always && !isNeeded(run, sequence)) return;
    const { fleet, manifests } = this.#part;
    if (!this.#preflight && run.stage !== '00-preflight')
      await passGate(this.context, attachGate(fleet, '00-preflight', fleet.central.name, manifests));
    this.#preflight = true;
    if (run.groups.length > 0) await this.begin();
    await this.#groups(run);
    await this.gate(run);
  }

  /** The gate of a stage, once more or for the first time. */
  async gate({ stage, for: owner }: Pick<StageRun, 'stage' | 'for'>): Promise<void> {
    const { fleet, manifests } = this.#part;
    await passGate(
      this.context,
      owner === undefined ? fleetGate(fleet, stage, manifests, this.context.written) : attachGate(fleet, stage, owner, manifests),
    );
  }

  /** Deletes that do not need each other, until they are gone. */
  async delete(run: DeleteRun): Promise<void> {
    await this.begin();
    await inLanes(run.tasks, WRITE_LANES, (task) => carryOut(this.context, task, this.input.recheck));
    await this.#gone(run.stage, run.for, run.tasks);
  }

  async #groups(run: StageRun): Promise<void> {
    let before: string | undefined;
    for (const group of run.groups) {
      const { kind, action } = group[0]!.change;
      // A VirtualNetwork whose Subnet is still Pending might end in Failure, which is final.
      if (before === 'Subnet' && kind === 'VirtualNetwork') await this.#passSubnets(run.stage);
      await inLanes(group, WRITE_LANES, (task) => carryOut(this.context, task, this.input.recheck));
      if (action === 'delete') await this.#gone(run.stage, group[0]!.change.for, group);
      before = kind;
    }
  }

  async #passSubnets(stage: StageId): Promise<void> {
    const { fleet, manifests } = this.#part;
    const subnets = manifests.filter((manifest) => manifest.stage === stage && manifest.object.kind === 'Subnet');
    await passGate(this.context, successGate(fleet, stage, subnets, this.context.written), 'gate Subnet');
  }

  async #gone(stage: StageId, owner: string, tasks: readonly Task[]): Promise<void> {
    const leaving = tasks.flatMap(({ cluster, change, precondition }) => {
      if (precondition === undefined) return [];
      const { apiVersion, kind, name, namespace } = change;
      return [{ cluster, group: groupOf(apiVersion), kind, name, uid: precondition.uid, ...present({ namespace }) }];
    });
    await passGate(this.context, goneGate(stage, owner, leaving), 'gate gone');
  }

  /** Told before the first write of anything. */
  async begin(): Promise<void> {
    const { plan, record, kinds } = this.input;
    await this.context.lease.markUnproven(record?.plan ?? plan.digest, record, kinds);
  }
}

/** A stage matters when it has something to do, or when something later that builds on it has. */
function isNeeded(run: StageRun, { runs }: Sequence): boolean {
  const writes = runs.flatMap(({ groups }) => groups.flat());
  return writes.some(({ change }) => change.stage >= run.stage && (run.for === undefined || change.for === run.for));
}
