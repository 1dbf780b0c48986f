import type { Change } from './plan.ts';
import type { ProposalResult } from './propose.ts';

/** An object of the fleet, as documents name it. */
type Named = Pick<Change, 'apiVersion' | 'kind' | 'namespace' | 'name'>;

/** A drift that the declaration says now. */
export interface Adopted extends Named {
  cluster: string;
  /** What was edited for it: the declaration, or a file of `extra`. */
  file: string;
  /** JSON pointers in that file. */
  paths: string[];
}

/** A drift, or a part of it, that no declaration can say. */
export interface NotAdopted extends Named {
  cluster: string;
  /** The field, as in the drift; absent: the whole object. */
  field?: string;
  reason: string;
  remedy: string;
}

/** What a plan of the edited declaration shows all the same. */
export interface LeftOver extends Named {
  cluster: string;
  action: Change['action'];
  fields: string[];
}

/** What `drift --adopt` did. */
export interface Adoption {
  adopted: Adopted[];
  notAdopted: NotAdopted[];
  /** What differs still where the edited declaration is rendered and compared again. */
  left: LeftOver[];
  /** Every cluster answered when it was compared again. */
  complete: boolean;
  /** The edited files, with what has changed in them as `diff -u` writes it. */
  files: { file: string; diff: string }[];
  /** What became of the pull request; absent: the files were edited here. */
  pullRequest?: ProposalResult;
}
