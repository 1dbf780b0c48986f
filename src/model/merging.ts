import type { ChangeAction } from './change-action.ts';

/** What merging a pull request does, judged by its merge commit against what that commit is made on. */
export interface Merging {
  /** nothing: no file of the fleet. inputs: what the fleet is rendered from. rendered: the rendered folder, whatever else. */
  touches: 'nothing' | 'inputs' | 'rendered';
  /**
   * nothing: no approval comes with it. exactly: rendered/ and plan.json are of this plan. covered: plan.json holds this plan, which
   * was narrowed or, where only inputs are touched, approved before. unknown: not every cluster was looked at. wrong: rendered/ is not
   * what the declaration renders, or plan.json is not the current plan.
   */
  approves: 'nothing' | 'exactly' | 'covered' | 'unknown' | 'wrong';
  /** Object by object, what merging would do beyond the declaration or short of it. */
  deviations: MergeDeviation[];
}

export interface MergeDeviation {
  /** surplus: not what the declaration says. missing: the declaration says it, the file does not. different: another content. */
  what: 'surplus' | 'missing' | 'different';
  /** rendered: an object of rendered/. approval: a change in plan.json. */
  where: 'rendered' | 'approval';
  cluster: string;
  /** Of a change in plan.json. */
  action?: ChangeAction;
  kind: string;
  namespace?: string;
  name: string;
  /** JSON pointers of what differs. */
  fields?: string[];
}
