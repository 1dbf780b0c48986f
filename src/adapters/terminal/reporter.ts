import type { Style } from '../../model/style.ts';
import type { Progress, Reporter } from '../../ports/reporter.ts';

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
  const running = new Map<string, { step: Step; since: number }>();
  const said = new Map<string, { detail: string; at: number }>();
  let drawn = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const live = screen.columns !== undefined && !quiet;

  const erase = () => {
    if (drawn > 0) screen.write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (!live) return;
    for (const { step, since } of running.values()) {
      const line = `  ${style.dim('…')} ${label(step)} ${style.dim(seconds(now() - since))}${step.detail ? style.dim(`  ${step.detail}`) : ''}`;
      screen.write(`${clip(line, screen.columns ?? 80)}\n`);
      drawn += 1;
    }
  };
  const line = (text: string) => {
    erase();
    screen.write(`${text}\n`);
    draw();
  };

  return {
    progress(event) {
      if (quiet && event.type === 'note') return;
      if (event.type === 'note') return line(event.text);
      if (event.type === 'warning') return line(`${style.yellow('warning')} ${event.text}`);
      const known = running.get(event.key);
      const since = known?.since ?? now();
      if (event.state === 'running' || event.state === 'waiting') {
        running.set(event.key, { step: event, since });
        if (live) {
          timer ??= setInterval(() => {
            erase();
            draw();
          }, 250);
          timer.unref?.();
          erase();
          draw();
        } else if (!quiet && event.state === 'waiting' && event.detail) {
          const last = said.get(event.key) ?? { detail: '', at: since };
          if (last.detail === event.detail || now() - last.at < PATIENCE) return;
          said.set(event.key, { detail: event.detail, at: now() });
          line(`  ${style.dim('…')} ${label(event)} ${style.dim(event.detail)}`);
        }
        return;
      }
      running.delete(event.key);
      if (running.size === 0 && timer !== undefined) {
        clearInterval(timer);
        timer = undefined;
      }
      if (quiet && event.state === 'done') return;
      const mark = event.state === 'done' ? style.green('✓') : style.red('✗');
      line(`  ${mark} ${label(event)} ${style.dim(seconds(now() - since))}${event.detail ? `  ${event.detail}` : ''}`);
    },
    close() {
      erase();
      if (timer !== undefined) clearInterval(timer);
    },
  };
}

function label(step: Step): string {
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
