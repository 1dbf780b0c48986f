import { HintedError } from '../model/hinted-error.ts';
import type { Condition } from '../model/outcome.ts';
import type { Style } from '../model/style.ts';
import { ClusterError } from '../ports/cluster.ts';

/** A failure as it is reported: a sentence, what to do, and what it means for the exit code. */
export interface ToldFailure {
  condition: Condition;
  message: string;
  /** Absent where the message says all. */
  hint?: string;
  /** Neither the user's nor a cluster's: the message is a stack. */
  internal: boolean;
}

/** What to say of whatever was thrown. */
export function toldFailure(error: unknown): ToldFailure {
  if (error instanceof HintedError) {
    return { condition: 'usage', message: error.message, hint: error.hint, internal: false };
  }
  if (error instanceof ClusterError) return { condition: 'unknown-cluster', message: error.message, internal: false };
  const system = error as { code?: unknown; syscall?: unknown; path?: unknown; message?: unknown } | null | undefined;
  if (typeof system?.code === 'string' && typeof system.syscall === 'string') {
    const sentence = { ENOSPC: 'the disk is full', EACCES: 'permission denied', EROFS: 'the file system is read-only' }[
      system.code
    ];
    return {
      condition: 'usage',
      message: `${sentence ?? String(system.message)}${typeof system.path === 'string' ? `: ${system.path}` : ''}`,
      hint: 'nothing was left half changed: free some space or fix the permission, then run the same command again',
      internal: false,
    };
  }
  return {
    condition: 'usage',
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    internal: true,
  };
}

/** The failure on a terminal. */
export function failureText({ message, hint, internal }: ToldFailure, style: Style): string {
  if (internal) {
    return `${style.red('internal error')} ${message}\nThis is a bug in cn2-fleet: please report it with the lines above.\n`;
  }
  const lines = hint === undefined ? '' : `  ${style.cyan('hint:')} ${hint.replaceAll('\n', '\n        ')}\n`;
  return `${style.red('error')} ${message}\n${lines}`;
}
