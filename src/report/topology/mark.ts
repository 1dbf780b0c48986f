/** What a plan does to a thing of the topology. */
export type Mark = 'created' | 'changed' | 'deleted' | 'same';

/** Worth drawing for its own sake. */
export function isChanged(mark: Mark | undefined): boolean {
  return mark !== undefined && mark !== 'same';
}

/** One mark for several things: what they have in common, else that something of them changes. */
export function jointMark(marks: readonly Mark[]): Mark {
  for (const mark of ['same', 'created', 'deleted'] as const) if (marks.every((each) => each === mark)) return mark;
  return 'changed';
}
