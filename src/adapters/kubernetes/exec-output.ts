import type { ExecResult } from '../../ports/cluster.ts';

/** Channels of the remote command protocol (v4.channel.k8s.io; v5 adds 255 for half-closed streams). */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

/** More than this is not a probe's answer; what follows is not kept and the result is incomplete. */
const MOST_BYTES = 1024 * 1024;

/** What the status frame said about the command's end. */
type End = { exitCode: number } | { failure: string };

/** Collects the frames of one exec and says what they mean. No socket, no clock. */
export class ExecOutput {
  readonly #sentinel: string;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #bytes = 0;
  #end: End | undefined;

  constructor(sentinel: string) {
    this.#sentinel = sentinel;
  }

  /** One WebSocket message: the first byte is the channel. Empty ones open a channel; other channels carry no output. */
  add(frame: Buffer): void {
    const channel = frame[0];
    const data = frame.subarray(1);
    if (data.length === 0) return;
    if (channel === STATUS) this.#end ??= readStatus(data.toString('utf8'));
    if (channel !== STDOUT && channel !== STDERR) return;
    this.#bytes += data.length;
    if (this.#bytes <= MOST_BYTES) (channel === STDOUT ? this.#stdout : this.#stderr).push(data);
  }

  get overflowed(): boolean {
    return this.#bytes > MOST_BYTES;
  }

  get ended(): boolean {
    return this.#end !== undefined;
  }

  /** The end was reported and the last line is the sentinel: nothing can be missing. */
  get whole(): boolean {
    return this.ended && this.#lastLine() === this.#sentinel;
  }

  /** The result if nothing more comes; `why` is said where no status frame came. */
  result(why: string): ExecResult {
    const streams = {
      stdout: Buffer.concat(this.#stdout).toString('utf8'),
      stderr: Buffer.concat(this.#stderr).toString('utf8'),
    };
    if (this.overflowed) return { status: 'incomplete', reason: `more than ${MOST_BYTES} bytes of output`, ...streams };
    if (this.#end === undefined) return { status: 'incomplete', reason: why, ...streams };
    if ('failure' in this.#end) return { status: 'incomplete', reason: this.#end.failure, ...streams };
    const { exitCode } = this.#end;
    if (this.whole) return { status: 'complete', exitCode, ...streams };
    const cut = exitCode === 0 ? 'the output was cut off' : `the command ended early with exit code ${exitCode}`;
    return { status: 'incomplete', reason: cut, ...streams };
  }

  #lastLine(): string {
    const text = Buffer.concat(this.#stdout).toString('utf8').trimEnd();
    return text.slice(text.lastIndexOf('\n') + 1);
  }
}

/**
 * The exit code stands only among the causes of reason NonZeroExitCode. A missing program is a failure without one, and its `code`
 * (500) is not an exit code.
 */
function readStatus(text: string): End {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return { failure: 'the end of the command was reported in a form that cannot be read' };
  }
  const { status: word, reason, message, details } = (status ?? {}) as Record<string, unknown>;
  if (word === 'Success') return { exitCode: 0 };
  const causes = (details as { causes?: { reason?: string; message?: string }[] } | undefined)?.causes;
  const code = Array.isArray(causes) ? causes.find((cause) => cause?.reason === 'ExitCode')?.message : undefined;
  if (reason === 'NonZeroExitCode' && code !== undefined && /^\d{1,3}$/.test(code)) return { exitCode: Number(code) };
  return { failure: typeof message === 'string' && message !== '' ? message.slice(0, 300) : 'the command could not be run' };
}
