import type { ApplyStep } from '../model/apply.ts';
import type { StageId } from '../model/manifest.ts';
import { present } from '../model/present.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reporter } from '../ports/reporter.ts';

/** A step that has begun. */
export interface OpenStep {
  /** What it is waiting for, for people who watch. */
  waiting(detail: string): void;
  end(result: string, reason?: string): void;
  fail(reason: string): void;
}

/** What was done, with seconds, reported as it happens. */
export class Journal {
  readonly steps: ApplyStep[] = [];
  readonly #clock: Clock;
  readonly #reporter: Reporter;

  constructor(clock: Clock, reporter: Reporter) {
    this.#clock = clock;
    this.#reporter = reporter;
  }

  warn(text: string): void {
    this.#reporter.progress({ type: 'warning', text });
  }

  /** `object` is kind/namespace/name or 'gate'; `text` is what people read. */
  begin(cluster: string, stage: StageId | 'upgrade', object: string, text: string): OpenStep {
    const began = this.#clock.ticks();
    const tell = (state: 'running' | 'waiting' | 'done' | 'failed', detail?: string) =>
      this.#reporter.progress({
        type: 'step',
        key: `${cluster}/${stage}/${object}`,
        cluster,
        stage,
        text,
        state,
        ...present({ detail }),
      });
    const close = (result: string, state: 'done' | 'failed', reason: string | undefined) => {
      const seconds = Math.round(this.#clock.ticks() - began) / 1000;
      this.steps.push({ cluster, stage, object, result, seconds, ...present({ reason }) });
      tell(state, reason ?? result);
    };
    tell('running');
    return {
      waiting: (detail) => tell('waiting', detail),
      end: (result, reason) => close(result, 'done', reason),
      fail: (reason) => close('failed', 'failed', reason),
    };
  }
}
