import type { KubernetesObject, Resource } from '../model/kubernetes.ts';
import type { Problem } from '../model/live.ts';
import type { Desired } from '../model/manifest.ts';
import type { Conflict } from './fields.ts';

/** An object about which only the server can say whether, and what, would change. */
export interface Question {
  desired: Desired;
  resource: Resource;
  /** Absent: it would be created. */
  live?: KubernetesObject;
}

/** What the dry-run for a question said. */
export type PreviewResult = {
  question: Question;
  /** Requests it took. */
  requests: number;
} & (
  | {
      status: 'merged';
      /** The live object the result belongs to, where it has moved since it was listed. */
      live?: KubernetesObject;
      result: KubernetesObject;
      /** Fields that others own with other values; the result has them taken over. */
      conflicts: Conflict[];
    }
  /** The server does not accept the content. */
  | { status: 'refused'; message: string }
  /** Whoever asks lacks the right to try it. */
  | { status: 'forbidden' }
  /** Its API knows no dry-run: nothing was sent. */
  | { status: 'not-served' }
  /** Kind or namespace vanished in the meantime, or the object did. */
  | { status: 'absent' }
  | { status: 'failed'; problem: Problem }
);
