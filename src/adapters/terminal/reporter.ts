import type { Style } from '../../model/style.ts';
import type { Progress, ProgressPath, Reporter } from '../../ports/reporter.ts';
import { LiveMatrix } from './live-matrix.ts';

type Step = Extract<Progress, { type: 'step' }>;

/** Milliseconds that a step may wait before a log says what for, and between two such lines. */
const PATIENCE = 3000;

export interface Screen {
  write(text: string): void;
  /** Present for a terminal that can move its cursor. */
  columns?: number;
}

/**
 * Progress on stderr. On a terminal the running steps stand below the finished ones and are redrawn in place; elsewhere
 * (CI logs, pipes) every step is a line when it ends or fails, and now and then while it waits, so a log reads like a record.
 */
export function terminalReporter(screen: Screen, style: Style, now: () => number, quiet = false): Reporter & { close(): void } {
  const terminal = new Terminal(screen, style, now, quiet);
  return { progress: (event) => terminal.progress(event), close: () => terminal.close() };
}

class Terminal {
  readonly #screen: Screen;
  readonly #style: Style;
  readonly #now: () => number;
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #running = new Map<string, { step: Step; since: number }>();
  readonly #said = new Map<string, { detail: string; at: number }>();
  readonly #matrix: LiveMatrix;
  #drawn = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(screen: Screen, style: Style, now: () => number, quiet: boolean) {
    this.#screen = screen;
    this.#style = style;
    this.#now = now;
    this.#quiet = quiet;
    this.#live = screen.columns !== undefined && !quiet;
    this.#matrix = new LiveMatrix(style);
  }

  progress(event: Progress): void {
    if (event.type === 'step') this.#step(event);
    else if (event.type === 'paths') this.#begin(event.paths);
    else if (event.type === 'path') this.#matrix.set(event.path, event.state);
    else if (event.type === 'warning') this.#line(`${this.#style.yellow('warning')} ${event.text}`);
    else if (!this.#quiet) this.#line(event.text);
  }

  /** The matrix fills in below the steps; its cells are drawn with the next look at the clock. */
  #begin(paths: readonly ProgressPath[]): void {
    this.#matrix.begin(paths);
    if (this.#live) this.#redraw();
  }

  close(): void {
    this.#erase();
    this.#stop();
  }

  #step(step: Step): void {
    const since = this.#running.get(step.key)?.since ?? this.#now();
    if (step.state !== 'running' && step.state !== 'waiting') {
      this.#ended(step, since);
      return;
    }
    this.#running.set(step.key, { step, since });
    if (this.#live) this.#refresh();
    else if (!this.#quiet && step.state === 'waiting') this.#waits(step, since);
  }

  #ended(step: Step, since: number): void {
    this.#running.delete(step.key);
    if (this.#running.size === 0) this.#stop();
    if (this.#quiet && step.state === 'done') return;
    const mark = step.state === 'done' ? this.#style.green('✓') : this.#style.red('✗');
    const took = this.#style.dim(seconds(this.#now() - since));
    this.#line(`  ${mark} ${label(step)} ${took}${step.detail ? `  ${step.detail}` : ''}`);
  }

  /** In a log: what a step waits for, once it has waited, and not the same twice. */
  #waits({ detail, ...step }: Step, since: number): void {
    if (!detail) return;
    const last = this.#said.get(step.key) ?? { detail: '', at: since };
    if (last.detail === detail || this.#now() - last.at < PATIENCE) return;
    this.#said.set(step.key, { detail, at: this.#now() });
    this.#line(`  ${this.#style.dim('…')} ${label(step)} ${this.#style.dim(detail)}`);
  }

  #refresh(): void {
    this.#timer ??= setInterval(() => this.#redraw(), 250);
    this.#timer.unref?.();
    this.#redraw();
  }

  #stop(): void {
    if (this.#timer !== undefined) clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #line(text: string): void {
    this.#erase();
    this.#screen.write(`${text}\n`);
    this.#draw();
  }

  #redraw(): void {
    this.#erase();
    this.#draw();
  }

  #erase(): void {
    if (this.#drawn > 0) this.#screen.write(`\x1b[${this.#drawn}A\x1b[J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#live) return;
    const { dim } = this.#style;
    for (const { step, since } of this.#running.values()) {
      const detail = step.detail ? dim(`  ${step.detail}`) : '';
      const line = `  ${dim('…')} ${label(step)} ${dim(seconds(this.#now() - since))}${detail}`;
      this.#screen.write(`${clip(line, this.#screen.columns ?? 80)}\n`);
      this.#drawn += 1;
    }
    for (const line of this.#matrix.lines(this.#screen.columns ?? 80)) {
      this.#screen.write(`${line}\n`);
      this.#drawn += 1;
    }
  }
}

function label(step: Pick<Step, 'cluster' | 'stage' | 'text'>): string {
  return `${step.cluster} ${step.stage} ${step.text}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Cuts a line to the terminal's width so that redrawing can count lines; escape sequences take no room. */
function clip(text: string, columns: number): string {
  let room = columns - 1;
  let out = '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the escape sequences of colours
  for (const part of text.split(/(\x1b\[[0-9;]*m)/)) {
    if (part.startsWith('\x1b[')) out += part;
    else {
      out += part.slice(0, Math.max(0, room));
      room -= part.length;
    }
  }
  return out;
}
