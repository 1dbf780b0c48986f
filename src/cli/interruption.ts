/**
 * How long after an interruption the process ends by force, whatever still hangs; milliseconds. GitHub's runner sends SIGTERM 7.5 s
 * after SIGINT and kills 2.5 s later.
 */
const LAST_GRACE = 7_000;
/** A command that takes clusters of this host down needs so long; that it was interrupted twice makes no difference. */
const LAB_GRACE = 60_000;

/** The part of a process that is interrupted. */
export interface Interruptible {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  exit(code: number): never;
  stderr: { write(text: string): unknown };
}

export interface Interruption {
  /** The first one ends the command at once; else it asks for an end at a safe point. */
  endsAtOnce: boolean;
  /** It has a lab to take down before it ends, which a further interruption does not spare it. */
  inLab?: boolean;
  /** Called before such an end. */
  atOnce(): void;
}

/** Aborts on the first SIGINT or SIGTERM; the second ends the process, unless it has a lab to take down. */
export function interruptible(process: Interruptible, { endsAtOnce, inLab = false, atOnce }: Interruption): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      if (inLab) return;
      process.exit(130);
    }
    if (endsAtOnce) {
      atOnce();
      process.stderr.write('\ninterrupted\n');
      process.exit(130);
    }
    process.stderr.write(
      inLab ? '\ninterrupted: taking the lab down\n' : '\nstopping at the next safe point (interrupt again to stop at once)\n',
    );
    controller.abort();
    setTimeout(() => process.exit(130), inLab ? LAB_GRACE : LAST_GRACE).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
