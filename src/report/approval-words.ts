/**
 * How the committed rendered folder and its plan.json stand to the declaration and the live clusters. none: nothing is rendered yet.
 * pending: the declaration renders to something else. nothing: as declared, nothing is to be done. approved: what is to be done is
 * the committed plan and nothing else. covered: the committed plan holds it, and more. moved: the committed plan does not cover what is to be done now.
 */
export type CommittedState = 'none' | 'pending' | 'nothing' | 'approved' | 'covered' | 'moved';

const PROPOSES =
  'When it is merged, the propose workflow opens a pull request that has both; merging that one approves the plan.';

/** What merging a branch in this state approves, in Markdown. */
export const COMMITTED_WORDS: Readonly<Record<CommittedState, string>> = {
  none: `In this branch there is no \`rendered/\` and no \`plan.json\`: merging it approves nothing yet. ${PROPOSES}`,
  pending: `\`rendered/\` and \`plan.json\` in this branch are of another declaration: merging it approves nothing of this. ${PROPOSES}`,
  nothing: '`rendered/` in this branch is as declared, and nothing is to be done.',
  approved: '`rendered/` and `plan.json` in this branch are of this plan: **merging it approves exactly this plan.**',
  covered:
    '`plan.json` in this branch holds what is to be done now, and more: merging it approves all that stands there. Apply does only what is left to do.',
  moved:
    '⚠️ `plan.json` in this branch does not approve this plan, since a cluster has moved, it was applied already, or it is missing or edited: apply would refuse it. Run the propose workflow again, or `cn2-fleet plan --out rendered/plan.json` and commit the file.',
};
